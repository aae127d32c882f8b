import type {Flag, Place} from '../playbook/model.ts';
import {TemplateError} from '../template/error.ts';
import type {Scope} from '../template/scope.ts';
import type {Condition} from '../template/template.ts';
import {kindOf, Unknown} from '../template/value.ts';
import {Where} from '../template/where.ts';

/** @throws TemplateError for a condition that is neither true nor false. */
export function holds(condition: Condition, scope: Scope): boolean {
	const value = condition.test(scope);
	if (value instanceof Unknown) throw new Error('nothing is unknown while a run goes on');
	return value;
}

export function allHold(conditions: readonly Condition[], scope: Scope): boolean {
	return conditions.every(condition => holds(condition, scope));
}

/** Why something is not done: the first condition that is not true, as it is written. */
export function firstUntrue(conditions: readonly Condition[], scope: Scope): string | undefined {
	return conditions.find(condition => !holds(condition, scope))?.text;
}

/** @throws TemplateError for an expression that gives neither true nor false. */
export function isSet(flag: Flag, scope: Scope, place: Place): boolean {
	if (typeof flag === 'boolean') return flag;
	const value = flag.evaluate(scope);
	if (typeof value === 'boolean') return value;
	throw new TemplateError(`this must be true or false, not ${kindOf(value)}`, new Where(() => place.at('')));
}
