import type {Problem} from '../errors.ts';
import type {Inventory, Vars} from '../inventory/inventory.ts';
import {reservedNames} from '../playbook/keywords.ts';
import type {Play, Playbook, Task} from '../playbook/model.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Condition, Names, Template} from '../template/template.ts';

/** The variables of a name: one for each place that defines it. */
type Variables = ReadonlyMap<string, ReadonlySet<Template>>;

/** Where a part of a task finds its names. */
type Known = {
	readonly task: Task;
	readonly play: Variables;
	/** What the task's conditions ask for. */
	readonly asked: ReadonlySet<string>;
	/** What its loop and its result are kept in. */
	readonly extra: readonly string[];
};

/**
 * Finds names that nobody defines. A name that is defined for some of the hosts, that a condition asks for with `is
 * defined`, or that has a default is none of them. Variables are followed into the variables that they use.
 */
export class NameCheck {
	readonly #inventory: Inventory;
	readonly #given: ReadonlySet<string>;
	/** The task that registers a name first. */
	readonly #registrations: ReadonlyMap<string, Task>;
	/** What the tasks before have registered. */
	readonly #registered = new Set<string>();
	/** Variables that have been followed already: each is told of once. */
	readonly #followed = new Set<Template>();

	constructor(playbook: Playbook, inventory: Inventory, given: Readonly<Record<string, unknown>>) {
		this.#inventory = inventory;
		this.#given = new Set(Object.keys(given));
		const tasks = playbook.plays.flatMap(play => play.tasks).toReversed();
		this.#registrations = new Map(tasks.flatMap(task => (task.register === undefined ? [] : [[task.register, task]])));
	}

	/** The problems of the next play in the order of the run. */
	play(play: Play, hosts: readonly string[]): readonly Problem[] {
		const variables = variablesOf([play.vars, ...hosts.map(host => this.#inventory.hosts.get(host)?.vars ?? {})]);
		return play.tasks.flatMap(task => this.#task(task, variables));
	}

	#task(task: Task, play: Variables): readonly Problem[] {
		const asked = new Set(task.when.flatMap(({guarded}) => [...guarded]));
		const before: Known = {task, play, asked, extra: []};
		const inside = task.loop === undefined ? before : {...before, extra: [task.loopVar, 'ansible_loop']};
		const after = task.register === undefined ? inside : {...inside, extra: [...inside.extra, task.register]};
		const check = (known: Known, parts: readonly (Template | Condition | undefined)[]) =>
			parts.flatMap(part => (part === undefined ? [] : this.#undefined(part, known, [])));
		const problems = [
			...check(before, [task.loop]),
			...check(inside, [...task.when, task.params, task.label, task.delegateTo]),
			...check(after, [...task.until, ...(task.changedWhen ?? []), ...(task.failedWhen ?? [])]),
		];
		if (task.register !== undefined) this.#registered.add(task.register);
		return problems;
	}

	/** @param through The variables that led here. */
	#undefined({roots}: Names, known: Known, through: readonly string[]): readonly Problem[] {
		const {place, vars} = known.task;
		return [...roots].flatMap(([name, position]) => {
			if (this.#isData(name, known)) return [];
			const own = Object.hasOwn(vars, name) ? vars[name] : undefined;
			const variables = own === undefined ? known.play.get(name) : [own];
			if (variables === undefined)
				return [place.problemAt(`'${name}' is undefined`, position, this.#hint(name, known))];
			return [...variables].flatMap(variable => {
				if (through.includes(name)) {
					const loop = variable.loop(name);
					return [place.problemAt(loop.message, loop.position)];
				}
				if (variable.constant || this.#followed.has(variable)) return [];
				this.#followed.add(variable);
				return this.#undefined(variable, known, [...through, name]);
			});
		});
	}

	/** Names that have a value, or need none, without a variable that could be followed. */
	#isData(name: string, {asked, extra}: Known): boolean {
		const registered = this.#registered.has(name) || this.#given.has(name);
		return registered || asked.has(name) || extra.includes(name) || reservedNames.has(name);
	}

	#hint(name: string, {task, play, extra}: Known): string | undefined {
		const registration = this.#registrations.get(name);
		if (registration === task) return 'the task itself registers it, afterwards';
		if (registration !== undefined) return `the task '${registration.name}' registers it, and comes later`;
		if (/^(yes|on)$/i.test(name)) return 'write true';
		if (/^(no|off)$/i.test(name)) return 'write false';
		if (name === 'item') return 'only a task with a loop has it';
		const written = [...Object.keys(task.vars), ...play.keys()];
		return nearest(name, [...written, ...extra, ...this.#registered, ...this.#given, ...reservedNames]);
	}
}

function variablesOf(layers: readonly Vars[]): Variables {
	const variables = new Map<string, Set<Template>>();
	for (const [name, variable] of layers.flatMap(Object.entries<Template>)) {
		variables.set(name, (variables.get(name) ?? new Set()).add(variable));
	}
	return variables;
}
