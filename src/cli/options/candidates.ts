import type {Argument, Command, Option} from 'commander';

/** A word that may stand where somebody types, and what it is. */
export type Candidate = {readonly word: string; readonly description: string};

/** Names of one kind, such as of the runs that there are; asked for only where one may stand. */
export type CandidateSource = () => Promise<readonly Candidate[]>;

/**
 * What may complete the last of the words, which follow the program’s name. None stands for any file.
 *
 * @param named What an argument of a name takes: `run` for `<run>`.
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

/** The command that the words lead to, the option that waits for its value, and how many arguments are given. */
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
