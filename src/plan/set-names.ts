import type {Include, IncludeVars, Meta, PlaybookTask} from '../playbook/model.ts';
import {walkTasks} from '../playbook/walk.ts';
import {isMapping} from '../template/value.ts';
import {staticValue} from './static-value.ts';

/** The variables that a part of a playbook may set when it runs; `any` if only the run knows their names. */
export type SetNames = {
	readonly facts: readonly string[] | 'any';
	readonly included: readonly string[] | 'any';
};

const none: SetNames = {facts: [], included: []};

/** The variables that a task or an include may set, with those of the tasks that it includes. */
export function setNames(node: PlaybookTask | Include | IncludeVars | Meta): SetNames {
	switch (node.kind) {
		case 'meta':
			return none;
		case 'task':
			return {facts: factsOf(node), included: []};
		case 'include_vars':
			return {facts: node.register === undefined ? [] : [node.register], included: includedBy(node)};
		case 'include':
			if (!node.file.constant) return {facts: 'any', included: 'any'};
			return [...walkTasks(node.known)].map(setNames).reduce(together, none);
	}
}

function includedBy({into, file, known}: IncludeVars): readonly string[] | 'any' {
	if (into !== undefined) return [into];
	return file.constant ? Object.keys(known) : 'any';
}

function factsOf({register, step, params}: PlaybookTask): readonly string[] | 'any' {
	const registered = register === undefined ? [] : [register];
	if (step.setsVariables !== true) return registered;
	const set = staticValue(params);
	return isMapping(set) ? [...registered, ...Object.keys(variablesIn(set))] : 'any';
}

/** The variables among the parameters of a step that sets variables. */
export function variablesIn({cacheable: _, ...variables}: Readonly<Record<string, unknown>>) {
	return variables;
}

function together(a: SetNames, b: SetNames): SetNames {
	return {facts: both(a.facts, b.facts), included: both(a.included, b.included)};
}

function both(a: readonly string[] | 'any', b: readonly string[] | 'any'): readonly string[] | 'any' {
	return a === 'any' || b === 'any' ? 'any' : [...a, ...b];
}
