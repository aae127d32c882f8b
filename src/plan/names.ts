import type {Problem} from '../errors.ts';
import type {Inventory, Vars} from '../inventory/inventory.ts';
import {reservedNames} from '../playbook/keywords.ts';
import type {Play, Playbook, Task} from '../playbook/model.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Condition, Names, Template} from '../template/template.ts';

/**
 * Finds names that nobody defines. A name that is defined for some of the hosts, that a condition asks for with `is
 * defined`, or that has a default is none of them. Variables are followed into the variables that they use.
 */
export class NameCheck {
	readonly #inventory: Inventory;
	readonly #given: ReadonlySet<string>;
	/** Where each registered name is registered first. */
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

	/** The problems of the next task in the order of the run. */
	task(task: Task, play: Play, hosts: readonly string[]): readonly Problem[] {
		const layers = [task.vars, play.vars, ...hosts.map(host => this.#inventory.hosts.get(host)?.vars ?? {})];
		const asked = new Set(task.when.flatMap(({guarded}) => [...guarded]));
		const before = this.#known(layers, asked);
		const inside = task.loop === undefined ? before : new Set([...before, task.loopVar, 'ansible_loop']);
		const after = task.register === undefined ? inside : new Set([...inside, task.register]);
		const check = (known: ReadonlySet<string>, parts: readonly (Template | Condition | undefined)[]) =>
			parts.flatMap(part => (part === undefined ? [] : this.#undefined(part, known, layers, task, [])));
		const problems = [
			...check(before, [task.loop]),
			...check(inside, [...task.when, task.params, task.label, task.delegateTo]),
			...check(after, [...task.until, ...(task.changedWhen ?? []), ...(task.failedWhen ?? [])]),
		];
		if (task.register !== undefined) this.#registered.add(task.register);
		return problems;
	}

	#known(layers: readonly Vars[], asked: ReadonlySet<string>): ReadonlySet<string> {
		const written = layers.flatMap(layer => Object.keys(layer));
		return new Set([...reservedNames, ...this.#given, ...this.#registered, ...asked, ...written]);
	}

	/** @param through The variables that led here. */
	#undefined(
		{roots}: Names,
		known: ReadonlySet<string>,
		layers: readonly Vars[],
		task: Task,
		through: readonly string[],
	): readonly Problem[] {
		return [...roots].flatMap(([name, position]) => {
			if (!known.has(name))
				return [task.place.problemAt(`'${name}' is undefined`, position, this.#hint(name, known, task))];
			if (this.#given.has(name) || this.#registered.has(name)) return [];
			return layers.flatMap(layer => {
				const template = Object.hasOwn(layer, name) ? layer[name] : undefined;
				if (template === undefined || template.constant) return [];
				if (through.includes(name)) {
					const {message, position: at} = template.loop(name);
					return [task.place.problemAt(message, at)];
				}
				if (this.#followed.has(template)) return [];
				this.#followed.add(template);
				return this.#undefined(template, known, layers, task, [...through, name]);
			});
		});
	}

	#hint(name: string, known: ReadonlySet<string>, task: Task): string | undefined {
		const registration = this.#registrations.get(name);
		if (registration === task) return 'the task itself registers it, afterwards';
		if (registration !== undefined) return `the task '${registration.name}' registers it, and comes later`;
		if (/^(yes|on)$/i.test(name)) return 'write true';
		if (/^(no|off)$/i.test(name)) return 'write false';
		if (name === 'item') return 'only a task with a loop has it';
		return nearest(name, known);
	}
}
