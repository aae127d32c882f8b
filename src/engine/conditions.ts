import type {Flag, SourceRange} from '../playbook/model.ts';
import {truthOf} from '../playbook/truths.ts';
import {TemplateError} from '../template/error.ts';
import type {Scope} from '../template/scope.ts';
import {SourcePosition} from '../template/source-position.ts';
import type {Condition} from '../template/template.ts';
import {asText, isMapping, kindOf, Unknown} from '../template/value.ts';
import {UndecidedError} from './undecided-error.ts';

/** @throws TemplateError for a condition that is not a boolean, UndecidedError for one that is not known yet. */
export function holds(condition: Condition, scope: Scope): boolean {
	return known(condition.test(scope));
}

export function allHold(conditions: readonly Condition[], scope: Scope): boolean {
	return conditions.every(condition => holds(condition, scope));
}

/** Why a task is skipped: the first false condition, as written. */
export function firstUntrue(conditions: readonly Condition[], scope: Scope): string | undefined {
	return conditions.find(condition => !holds(condition, scope))?.text;
}

/** @throws TemplateError for an expression that is not a boolean. */
export function isSet(flag: Flag, scope: Scope, place: SourceRange): boolean {
	if (typeof flag === 'boolean') return flag;
	const value = known(flag.evaluate(scope));
	const truth = truthOf(value) ?? value;
	if (typeof truth === 'boolean') return truth;
	throw new TemplateError(`expected a boolean, got ${kindOf(value)}`, new SourcePosition(() => place.at('')));
}

/** @throws UndecidedError for a value that contains an unknown part. */
export function known<T>(value: T): Exclude<T, Unknown> {
	const unknown = unknownPart(value);
	if (unknown !== undefined) throw new UndecidedError(unknown.of);
	return value as Exclude<T, Unknown>;
}

/** @throws UndecidedError */
export function knownText(value: unknown): string {
	return asText(known(value));
}

function unknownPart(value: unknown): Unknown | undefined {
	if (value instanceof Unknown) return value;
	const parts = Array.isArray(value) ? value : isMapping(value) ? Object.values(value) : [];
	for (const part of parts) {
		const unknown = unknownPart(part);
		if (unknown !== undefined) return unknown;
	}
	return undefined;
}
