import type {Argument, Command, Option} from 'commander';

/** A completion and its description. */
export type Candidate = {readonly word: string; readonly description: string};

/** Lists the names of one kind, such as runs; called only where such a name is allowed. */
export type CandidateSource = () => Promise<readonly Candidate[]>;

/**
 * The completions of the last word; `words` follow the program’s name. No completion means a file name.
 *
 * @param named The names that an argument accepts, by its name: `run` for `<run>`.
 */
export async function candidates(
	program: Command,
	words: readonly string[],
	named: Readonly<Record<string, CandidateSource>>,
): Promise<readonly Candidate[]> {
	const typed = words.at(-1) ?? '';
	const {command, option, given} = walk(program, words.slice(0, -1));
	const all = await fitting(command, {typed, option, given}, named);
	return all.filter(({word}) => word.startsWith(typed));
}

type Here = {readonly typed: string; readonly option: Option | undefined; readonly given: number};

async function fitting(
	command: Command,
	{typed, option, given}: Here,
	named: Readonly<Record<string, CandidateSource>>,
): Promise<readonly Candidate[]> {
	if (option !== undefined) return (option.argChoices ?? []).map(word => ({word, description: option.description}));
	if (typed.startsWith('-')) return command.createHelp().visibleOptions(command).flatMap(optionWords);
	if (command.commands.length > 0) {
		if (given > 0) return [];
		const shown = command.createHelp().visibleCommands(command);
		return shown.map(one => ({word: one.name(), description: one.description()}));
	}
	const argument = argumentAt(command.registeredArguments, given);
	if (argument?.argChoices !== undefined) return argument.argChoices.map(word => ({word, description: ''}));
	return (await named[argument?.name() ?? '']?.()) ?? [];
}

function optionWords({short, long, description}: Option): readonly Candidate[] {
	return [long, short].flatMap(word => (word === undefined ? [] : [{word, description}]));
}

function argumentAt(all: readonly Argument[], given: number): Argument | undefined {
	const last = all.at(-1);
	return all[given] ?? (last?.variadic ? last : undefined);
}

/** The command that the words select, the option that still lacks its value, and the number of arguments given. */
function walk(
	program: Command,
	words: readonly string[],
): {command: Command; option: Option | undefined; given: number} {
	let command = program;
	let option: Option | undefined;
	let given = 0;
	for (const word of words) {
		if (option !== undefined) {
			option = undefined;
		} else if (word.startsWith('-')) {
			const found = command.options.find(({short, long}) => word === short || word === long);
			option = found?.required || found?.optional ? found : undefined;
		} else {
			const next = command.commands.find(one => one.name() === word);
			if (next === undefined) given += 1;
			else command = next;
		}
	}
	return {command, option, given};
}
