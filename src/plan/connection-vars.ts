import {InputError, type Problem} from '../errors.ts';
import type {Inventory, Vars} from '../inventory/inventory.ts';
import type {Play, Playbook} from '../playbook/model.ts';
import {sectionsOf, walkTasks} from '../playbook/walk.ts';
import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import {isEqual} from '../template/value.ts';
import {inventoryFor} from './adjacent-inventory.ts';
import {hostsOfPlay} from './check.ts';
import {setNames} from './set-names.ts';
import {hostScope, nothingLearned, type VariableSources} from './variables.ts';

/** Variables that select the connection of a host. Those that select the user of a command belong to each task. */
const connectionName =
	/^ansible_(host|port|user|connection|password|private_key_file|ssh_\w+|become_(password|pass|method|flags|exe))$/;

/** The playbook whose plays may set connection variables, and the variables of the command line. */
export type ConnectionSources = {
	readonly inventory: Inventory;
	readonly given: Readonly<Record<string, unknown>>;
	readonly playbook?: Playbook;
	/** Variables that are constant during a run. */
	readonly names: Readonly<Record<string, unknown>>;
};

/**
 * The connection variables of a host: of the command line, of the plays that contain it, and of the inventory.
 *
 * @throws InputError for an expression without a value, and for plays that contradict one another.
 */
export function connectionVarsOf(host: string, sources: ConnectionSources) {
	const {inventory, given, playbook} = sources;
	const plays = (playbook?.plays ?? []).filter(play => hostsOf(play, inventory, given).includes(host));
	const [first, ...others] = plays;
	const vars = varsIn(first, host, sources);
	for (const play of others) {
		const own = varsIn(play, host, sources);
		const name = [...Object.keys(vars), ...Object.keys(own)].find(key => !isEqual(vars[key], own[key]));
		if (name === undefined) continue;
		const hint = `set ${name} in the inventory or with -e: a host has one connection for the whole run`;
		throw new InputError([play.place.problem(`another play sets ${name} differently for ${host}`, '/vars', hint)]);
	}
	return vars;
}

/** Connection variables that a task sets: a host has one connection for the whole run, which they cannot change. */
export function connectionProblems({plays}: Playbook): readonly Problem[] {
	const tasks = plays.flatMap(play => [...walkTasks(sectionsOf(play))]);
	return tasks.flatMap(task => {
		const {facts, included} = setNames(task);
		const own = Object.entries(task.vars).filter(([name, value]) => !isLocalConnection(name, value));
		const names = [...own.map(([name]) => name), ...[facts, included].filter(some => some !== 'any').flat()];
		return names
			.filter(name => connectionName.test(name))
			.map(name =>
				task.place.problem(
					`a task cannot set ${name}: a host has one connection for the whole run`,
					Object.hasOwn(task.vars, name) ? `/vars/${name}` : '',
					'set it in the inventory, in vars of the play, or with -e',
				),
			);
	});
}

function varsIn(
	play: Play | undefined,
	host: string,
	{inventory, given, names: constant}: ConnectionSources,
): Readonly<Record<string, unknown>> {
	const own = play === undefined ? inventory : inventoryFor(play, inventory);
	const files = play === undefined ? {} : constantFiles(play);
	const setting: VariableSources = {
		inventory: own,
		given,
		play: {vars: play?.vars ?? {}},
		filesOf: () => files,
		learnedOf: () => nothingLearned,
		magic: [constant],
	};
	const scope = hostScope(setting, host);
	const names = new Set([
		...Object.keys(own.hosts.get(host)?.vars ?? {}).filter(name => name.startsWith('ansible_')),
		...[given, play?.vars ?? {}, files].flatMap(Object.keys).filter(name => connectionName.test(name)),
	]);
	try {
		return Object.fromEntries([...names].map(name => [name, scope.lookup(name)?.value]));
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
		const {message, position, hint} = error;
		throw new InputError([
			{message: `connection of ${host}: ${message}`, position, ...(hint === undefined ? {} : {hint})},
		]);
	}
}

/** The variables of the play's files whose names contain no expressions. */
function constantFiles({varsFiles, readVars}: Play): Vars {
	const layers = varsFiles.map(choices => {
		if (!choices.every(({constant}) => constant)) return {};
		return choices.map(choice => readVars(String(choice.evaluate(nothing)))).find(vars => vars !== undefined) ?? {};
	});
	return Object.assign({}, ...layers);
}

function hostsOf(play: Play, inventory: Inventory, given: ConnectionSources['given']): readonly string[] {
	return hostsOfPlay(play, inventoryFor(play, inventory), given);
}

function isLocalConnection(name: string, value: Vars[string]): boolean {
	return name === 'ansible_connection' && value.constant && value.evaluate(nothing) === 'local';
}

const nothing = new Scope([]);
