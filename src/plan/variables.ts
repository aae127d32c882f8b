import type {Inventory, Vars} from '../inventory/inventory.ts';
import type {Inherited, Play} from '../playbook/model.ts';
import {Scope, type ScopeLayer} from '../template/scope.ts';
import {Unknown} from '../template/value.ts';

/** What the run has learned about a host. */
export type Learned = {
	/** Registered results and facts that were set. Data, never evaluated. */
	readonly facts: Readonly<Record<string, unknown>>;
	/** Variables of files that were included. */
	readonly included: Vars;
	/** In a rehearsal: included tasks that only the run knows may have set any fact. */
	readonly anyFact?: Unknown;
	/** In a rehearsal: a file that only the run knows may have set any variable. */
	readonly anyIncluded?: Unknown;
};

export const nothingLearned: Learned = {facts: {}, included: {}};

/** The sources of the variables of a play's hosts. */
export type VariableSources = {
	readonly inventory: Inventory;
	readonly given: Readonly<Record<string, unknown>>;
	readonly play: Pick<Play, 'vars'>;
	/** The variables of the play's files for this host. */
	readonly filesOf: (host: string) => Vars | Unknown;
	readonly learnedOf: (host: string) => Learned;
	/** Magic variables of the run and the play; values may be evaluated lazily. */
	readonly magic: readonly Readonly<Record<string, unknown>>[];
};

/**
 * The variables of a host in a play. The first wins: magic, command line, enclosing include,
 * registered and set, included, task and enclosing blocks, files of the play, play, inventory.
 */
export function hostScope(
	setting: VariableSources,
	host: string,
	task?: Pick<Inherited, 'vars' | 'includeVars'>,
): Scope {
	const {inventory, given, play, filesOf, learnedOf, magic} = setting;
	const files = filesOf(host);
	const layers: readonly ScopeLayer[] = [
		{data: ownNames(inventory, host)},
		...magic.map(data => ({data})),
		{data: {hostvars: hostvarsOf(setting)}},
		{data: given},
		...(task === undefined ? [] : [{written: task.includeVars}]),
		...learnedLayers(learnedOf(host)),
		...(task === undefined ? [] : [{written: task.vars}]),
		files instanceof Unknown ? {anything: files} : {written: files},
		{written: play.vars},
		{written: inventory.hosts.get(host)?.vars ?? {}},
		{data: {ansible_host: host}},
	];
	return Scope.within(inventory.outside, layers);
}

function learnedLayers({facts, included, anyFact, anyIncluded}: Learned): readonly ScopeLayer[] {
	return [
		{data: facts},
		...(anyFact === undefined ? [] : [{anything: anyFact}]),
		{written: included},
		...(anyIncluded === undefined ? [] : [{anything: anyIncluded}]),
	];
}

function ownNames(inventory: Inventory, host: string) {
	return {
		inventory_hostname: host,
		inventory_hostname_short: host.split('.')[0] ?? host,
		group_names: inventory.hosts.get(host)?.groups ?? [],
		groups: groupsOf(inventory),
	};
}

const groups = new WeakMap<Inventory, Readonly<Record<string, readonly string[]>>>();

function groupsOf(inventory: Inventory): Readonly<Record<string, readonly string[]>> {
	const known =
		groups.get(inventory) ?? Object.fromEntries([...inventory.groups.values()].map(({name, hosts}) => [name, hosts]));
	groups.set(inventory, known);
	return known;
}

const hostvars = new WeakMap<VariableSources, Readonly<Record<string, unknown>>>();

/** The variables of all hosts, looked up lazily. */
function hostvarsOf(setting: VariableSources): Readonly<Record<string, unknown>> {
	const known =
		hostvars.get(setting) ?? lazyMapping([...setting.inventory.hosts.keys()], host => variablesOf(setting, host));
	hostvars.set(setting, known);
	return known;
}

/** The variables of a host that are visible to other hosts: without those of plays and tasks. Unknown if any may be set. */
function variablesOf({inventory, given, learnedOf}: VariableSources, host: string): unknown {
	const learned = learnedOf(host);
	const anything = learned.anyFact ?? learned.anyIncluded;
	if (anything !== undefined) return anything;
	const scope = Scope.within(inventory.outside, [
		{data: ownNames(inventory, host)},
		{data: given},
		...learnedLayers(learned),
		{written: inventory.hosts.get(host)?.vars ?? {}},
		{data: {ansible_host: host}},
	]);
	return lazyMapping(scope.names(), name => scope.lookup(name)?.value);
}

/** A mapping with lazily evaluated values. */
export function lazyMapping(
	names: readonly string[],
	read: (name: string) => unknown,
): Readonly<Record<string, unknown>> {
	return Object.defineProperties(
		{},
		Object.fromEntries(names.map(name => [name, {enumerable: true, get: () => read(name)}])),
	);
}

/** The version of Ansible whose language is implemented. */
const version = {full: '2.14.18', major: 2, minor: 14, revision: 18, string: '2.14.18'};

/** Variables that are the same in every run. */
export const constantNames: Readonly<Record<string, unknown>> = {
	ansible_playbook_python: '/usr/bin/python3',
	ansible_version: version,
	ansible_verbosity: 0,
};
