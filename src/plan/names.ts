import {InputError, type Problem} from '../errors.ts';
import type {Inventory, Vars} from '../inventory/inventory.ts';
import type {Include, IncludeVars, Meta, Play, Playbook, PlaybookTask} from '../playbook/model.ts';
import {defaultNames, failureNames, reservedNames} from '../playbook/reserved-names.ts';
import {sectionsOf, walkTasks} from '../playbook/walk.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import type {Condition, Template, TemplateNames} from '../template/template.ts';
import {factHint, isFactName} from './fact-names.ts';
import {setNames} from './set-names.ts';

type Named = PlaybookTask | Include | IncludeVars | Meta;

/** The variables of a name: one for each definition. */
type Variables = ReadonlyMap<string, ReadonlySet<Template>>;

/** The scope of a part of a task. */
type Known = {
	readonly task: Named;
	readonly play: Variables;
	/** The names used by the task's conditions. */
	readonly asked: ReadonlySet<string>;
	/** The names of its loop variables and its result. */
	readonly extra: readonly string[];
};

/**
 * Finds undefined names. A name that is defined for some of the hosts, that a condition tests with `is
 * defined`, or that has a default is not reported. Variables are followed into the variables that they use.
 */
export class NameCheck {
	readonly #given: Readonly<Record<string, unknown>>;
	/** The task that registers a name first. */
	readonly #registrations: ReadonlyMap<string, Named>;
	/** The tasks of the run. */
	readonly #begun: ReadonlySet<Named>;
	/** Names registered, set or included by earlier tasks. */
	readonly #learned = new Set<string>();
	/** Variables that have already been followed: each is reported once. */
	readonly #followed = new Set<Template>();
	/** Whether a file selected at run time may define any name. */
	#open = false;

	/** @param whole The playbook that the one that is checked begins within. */
	constructor(playbook: Playbook, given: Readonly<Record<string, unknown>>, whole = playbook) {
		this.#given = given;
		this.#begun = new Set(tasksOf(playbook));
		this.#registrations = new Map(
			tasksOf(whole)
				.toReversed()
				.flatMap(task => learnedNames(task).map((name): [string, Named] => [name, task])),
		);
	}

	/** The problems of the next play, in execution order. */
	play(play: Play, hosts: readonly string[], inventory: Inventory): readonly Problem[] {
		const ofHosts = hosts.map(host => inventory.hosts.get(host)?.vars ?? {});
		const files = this.#varsFiles(play);
		const variables = layered([...files.vars, play.vars, ...ofHosts]);
		return [...files.problems, ...[...walkTasks(sectionsOf(play))].flatMap(task => this.#task(task, variables))];
	}

	/** The contents of variable files that are known before the run. */
	#varsFiles(play: Play): {readonly vars: readonly Vars[]; readonly problems: readonly Problem[]} {
		const scope = new Scope([{data: this.#given}, {written: play.vars}]);
		const vars: Vars[] = [];
		const problems: Problem[] = [];
		for (const [index, choices] of play.varsFiles.entries()) {
			try {
				const files = choices.map(choice => String(choice.evaluate(scope)));
				const found = files.map(file => play.readVars(file)).find(file => file !== undefined);
				if (found !== undefined) vars.push(found);
				else problems.push(play.place.problem(`file '${files.join("', '")}' not found`, `/vars_files/${index}`));
			} catch (error) {
				if (error instanceof InputError) problems.push(...error.problems);
				else if (error instanceof TemplateError) this.#open = true;
				else throw error;
			}
		}
		return {vars, problems};
	}

	#task(task: Named, play: Variables): readonly Problem[] {
		const asked = new Set(task.when.flatMap(({guarded}) => [...guarded]));
		const before: Known = {task, play, asked, extra: []};
		const inside = {...before, extra: loopNames(task)};
		const after = {...inside, extra: [...inside.extra, ...learnedNames(task)]};
		const check = (known: Known, parts: readonly (Template | Condition | undefined)[]) =>
			parts.flatMap(part => (part === undefined ? [] : this.#undefined(part, known, [])));
		const problems = [
			...(task.kind === 'meta' ? [] : check(before, [task.loop])),
			...check(inside, [...task.when, ...task.environment, task.delegateTo, task.throttle]),
			...(task.kind === 'meta' ? [] : check(inside, [task.label])),
			...(task.kind === 'task'
				? check(inside, [task.params, templateOf(task.attempts), templateOf(task.delayMs)])
				: []),
			...(task.kind === 'task'
				? check(after, [...task.until, ...(task.changedWhen ?? []), ...(task.failedWhen ?? []), ...task.breakWhen])
				: []),
			...(task.kind === 'include' || task.kind === 'include_vars' ? check(inside, [task.file]) : []),
		];
		for (const name of learnedNames(task)) this.#learned.add(name);
		if (setsAnyName(task)) this.#open = true;
		return problems;
	}

	/** @param through The variables that led here. */
	#undefined({roots}: TemplateNames, known: Known, through: readonly string[]): readonly Problem[] {
		const {place, vars, includeVars} = known.task;
		return [...roots].flatMap(([name, position]) => {
			if (this.#isData(name, known)) return [];
			const own = Object.hasOwn(includeVars, name)
				? includeVars[name]
				: Object.hasOwn(vars, name)
					? vars[name]
					: undefined;
			const variables = own === undefined ? known.play.get(name) : [own];
			if (variables === undefined) {
				if (this.#open) return [];
				if (isFactName(name))
					return [place.problemAt(`'${name}' is undefined: facts are not gathered`, position, factHint)];
				return [place.problemAt(`'${name}' is undefined`, position, this.#hint(name, known))];
			}
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

	/** Names that have a value, or require none, but no variable to follow. */
	#isData(name: string, {asked, extra}: Known): boolean {
		const learned = this.#learned.has(name) || Object.hasOwn(this.#given, name);
		return learned || asked.has(name) || extra.includes(name) || isBuiltIn(name);
	}

	#hint(name: string, {task, play, extra}: Known): string | undefined {
		const registration = this.#registrations.get(name);
		if (registration === task) return 'the task itself registers it, when it has finished';
		if (registration !== undefined && !this.#begun.has(registration)) {
			return `the task '${registration.name}' registers it, and --start-at-task leaves it out: start there, or give -e ${name}=…`;
		}
		if (registration !== undefined) return `the later task '${registration.name}' registers it`;
		if (/^(yes|on)$/i.test(name)) return 'write true';
		if (/^(no|off)$/i.test(name)) return 'write false';
		if (name === 'item') return 'only defined in tasks with a loop';
		const written = [...Object.keys(task.vars), ...Object.keys(task.includeVars), ...play.keys()];
		return nearest(name, [...written, ...extra, ...this.#learned, ...Object.keys(this.#given), ...reservedNames]);
	}
}

function tasksOf({plays}: Playbook): readonly Named[] {
	return plays.flatMap(play => [...walkTasks(sectionsOf(play))]);
}

function templateOf(setting: number | Template): Template | undefined {
	return typeof setting === 'number' ? undefined : setting;
}

function isBuiltIn(name: string): boolean {
	return reservedNames.has(name) || defaultNames.has(name) || failureNames.some(known => known === name);
}

/** The names of its loop variables. */
function loopNames(task: Named): readonly string[] {
	if (task.kind === 'meta' || task.loop === undefined) return [];
	return [task.loopVar, 'ansible_loop', ...(task.indexVar === undefined ? [] : [task.indexVar])];
}

/** The variables of a host after the task. */
function learnedNames(task: Named): readonly string[] {
	if (task.kind === 'include') return [];
	const {facts, included} = setNames(task);
	return [...(facts === 'any' ? [] : facts), ...(included === 'any' ? [] : included)];
}

/** Whether the names that it sets are known only during the run. */
function setsAnyName(task: Named): boolean {
	const {facts, included} = setNames(task);
	return facts === 'any' || included === 'any';
}

function layered(layers: readonly Vars[]): Variables {
	const variables = new Map<string, Set<Template>>();
	for (const [name, variable] of layers.flatMap(Object.entries<Template>)) {
		variables.set(name, (variables.get(name) ?? new Set()).add(variable));
	}
	return variables;
}
