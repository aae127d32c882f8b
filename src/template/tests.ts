import type {Position} from '../errors.ts';
import {compare, contains} from './operators.ts';
import {isEqual, isMapping, isTrue, Undefined, type Unknown} from './value.ts';

type Test = {
	/** Is it a test about being defined? All others fail on what is not. */
	readonly takesUndefined: boolean;
	holds(
		subject: unknown,
		args: readonly unknown[],
		named: Readonly<Record<string, unknown>>,
		position: Position,
	): boolean | Unknown;
};

/** What stands after `is`. */
export const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
	['defined', {takesUndefined: true, holds: subject => !(subject instanceof Undefined)}],
	['undefined', {takesUndefined: true, holds: subject => subject instanceof Undefined}],
	...plain({
		none: value => value === null,
		string: value => typeof value === 'string',
		number: value => typeof value === 'number',
		integer: value => Number.isInteger(value),
		float: value => typeof value === 'number' && !Number.isInteger(value),
		boolean: value => typeof value === 'boolean',
		true: value => value === true,
		false: value => value === false,
		truthy: value => isTrue(value),
		falsy: value => !isTrue(value),
		mapping: value => isMapping(value),
		sequence: value => Array.isArray(value) || typeof value === 'string',
		iterable: value => Array.isArray(value) || typeof value === 'string' || isMapping(value),
		even: value => Number(value) % 2 === 0,
		odd: value => Math.abs(Number(value) % 2) === 1,
		divisibleby: (value, [by]) => Number(value) % Number(by) === 0,
		failed: value => isMapping(value) && value.failed === true,
		succeeded: value => isMapping(value) && value.failed !== true,
		success: value => isMapping(value) && value.failed !== true,
		changed: value => isMapping(value) && value.changed === true,
		skipped: value => isMapping(value) && value.skipped === true,
		unreachable: value => isMapping(value) && value.unreachable === true,
		sameas: (value, [other]) => value === other,
		subset: (value, [of]) => Array.isArray(value) && value.every(item => Array.isArray(of) && has(of, item)),
		superset: (value, [of]) => Array.isArray(of) && of.every(item => Array.isArray(value) && has(value, item)),
		in: (value, [hay], position) => contains(value, hay, position),
		contains: (value, [needle], position) => contains(needle, value, position),
		...comparisons({
			eq: '==',
			equalto: '==',
			ne: '!=',
			lt: '<',
			lessthan: '<',
			le: '<=',
			gt: '>',
			greaterthan: '>',
			ge: '>=',
		}),
	}),
]);

type Plain = (value: unknown, args: readonly unknown[], position: Position) => boolean;

function plain(all: Readonly<Record<string, Plain>>): readonly (readonly [string, Test])[] {
	return Object.entries(all).map(([name, holds]) => [
		name,
		{takesUndefined: false, holds: (subject, args, _named, position) => holds(subject, args, position)},
	]);
}

function comparisons(names: Readonly<Record<string, string>>): Readonly<Record<string, Plain>> {
	return Object.fromEntries(
		Object.entries(names).map(([name, operator]) => [
			name,
			(value: unknown, [other]: readonly unknown[], position: Position) => compare(operator, value, other, position),
		]),
	);
}

function has(list: readonly unknown[], item: unknown): boolean {
	return list.some(other => isEqual(other, item));
}
