import {setNames, variablesIn} from '../../plan/set-names.ts';
import {hostScope, type Learned, nothingLearned} from '../../plan/variables.ts';
import type {Node, PlaybookTask} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {literal} from '../../template/template.ts';
import {isMapping, Unknown} from '../../template/value.ts';
import {allHold} from '../conditions.ts';
import {UndecidedError} from '../undecided-error.ts';
import type {PlayRun} from './play-state.ts';

/**
 * Stores, in a rehearsal, that only the run knows what a node does: each variable that it may set is unknown from now
 * on, whatever its value was before.
 */
export function leaveNamesOpen(node: Exclude<Node, {kind: 'block'}>, host: string, of: string, run: PlayRun): void {
	const {facts, included} = setNames(node);
	const {learned} = run.state;
	const known = learned.get(host) ?? nothingLearned;
	const scope = hostScope(run.setting, host, node);
	learned.set(host, {
		...withFacts(known, facts, of, scope),
		...(included === 'any'
			? {included: {}, anyIncluded: new Unknown(of, 'uncertain')}
			: {included: {...known.included, ...templates(unknownNames(included, of, scope))}}),
	});
}

/** The facts of one iteration of a task that is left undecided. */
export function factsLeftOpen(
	task: PlaybookTask,
	host: string,
	of: string,
	scope: Scope,
	run: PlayRun,
): Readonly<Record<string, unknown>> {
	if (task.step.setsVariables !== true) return {};
	const params = willRun(task, scope) ? evaluated(task, scope) : undefined;
	// Performed in any case, with values that are partly unknown.
	return isMapping(params) ? variablesIn(params) : namesLeftOpen(task, host, of, scope, run);
}

/** The facts of a task of which even the iterations are undecided. */
export function namesLeftOpen(
	task: PlaybookTask,
	host: string,
	of: string,
	scope: Scope,
	run: PlayRun,
): Readonly<Record<string, unknown>> {
	const {facts} = setNames(task);
	if (facts !== 'any') return unknownNames(facts, of, scope);
	leaveNamesOpen(task, host, of, run);
	return {};
}

function withFacts(known: Learned, facts: readonly string[] | 'any', of: string, scope: Scope): Learned {
	if (facts === 'any') return {...known, facts: {}, anyFact: new Unknown(of, 'uncertain')};
	return {...known, facts: {...known.facts, ...unknownNames(facts, of, scope)}};
}

function unknownNames(names: readonly string[], of: string, scope: Scope): Readonly<Record<string, Unknown>> {
	return Object.fromEntries(
		names.map(name => [name, new Unknown(of, hasValue(name, scope) ? 'certain' : 'uncertain')]),
	);
}

/** Whether the name has a value already, which at most becomes another one. */
function hasValue(name: string, scope: Scope): boolean {
	try {
		const found = scope.lookup(name);
		return found !== undefined && !(found.value instanceof Unknown && found.value.existence === 'uncertain');
	} catch (error) {
		if (error instanceof TemplateError) return false;
		throw error;
	}
}

function willRun(task: PlaybookTask, scope: Scope): boolean {
	try {
		return allHold(task.when, scope);
	} catch (error) {
		if (error instanceof TemplateError || error instanceof UndecidedError) return false;
		throw error;
	}
}

function evaluated(task: PlaybookTask, scope: Scope): unknown {
	try {
		return task.params.evaluate(scope);
	} catch (error) {
		if (error instanceof TemplateError) return undefined;
		throw error;
	}
}

function templates(values: Readonly<Record<string, Unknown>>) {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, literal(value)]));
}
