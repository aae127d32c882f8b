import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {compare, contains} from './operators.ts';
import {matches as matchesIn} from './regex.ts';
import {call, type TemplateFunctions} from './signature.ts';
import {asText, isEqual, isMapping, isTrue, kindOf, Undefined} from './value.ts';
import {versionOrder} from './version.ts';

/** All tests. */
export const tests: TemplateFunctions = {
	defined: call('', value => !(value instanceof Undefined), {lenient: true}),
	undefined: call('', value => value instanceof Undefined, {lenient: true}),
	none: call('', value => value === null),
	string: call('', value => typeof value === 'string'),
	number: call('', value => typeof value === 'number' || typeof value === 'boolean'),
	integer: call('', value => Number.isInteger(value)),
	float: call('', value => typeof value === 'number' && !Number.isInteger(value)),
	boolean: call('', value => typeof value === 'boolean'),
	true: call('', value => value === true),
	false: call('', value => value === false),
	truthy: call('', value => isTrue(value)),
	falsy: call('', value => !isTrue(value)),
	mapping: call('', value => isMapping(value)),
	sequence: call('', value => typeof value === 'string' || Array.isArray(value) || isMapping(value)),
	iterable: call('', value => typeof value === 'string' || Array.isArray(value) || isMapping(value)),
	lower: call('', value => asText(value) === asText(value).toLowerCase()),
	upper: call('', value => asText(value) === asText(value).toUpperCase()),
	even: call('', (value, _args, position) => remainder(value, 2, position) === 0),
	odd: call('', (value, _args, position) => remainder(value, 2, position) !== 0),
	divisibleby: call('num', (value, {num}, position) => remainder(value, num, position) === 0),
	sameas: call('other', (value, {other}) => value === other),
	in: call('seq', (value, {seq}, position) => contains(value, seq, position)),
	contains: call('item', (value, {item}, position) => contains(item, value, position)),
	...spelled(
		['subset', 'issubset'],
		call('of', (value, {of}, position) => within(value, of, position)),
	),
	...spelled(
		['superset', 'issuperset'],
		call('of', (value, {of}, position) => within(of, value, position)),
	),
	all: call('', (value, _args, position) => list(value, position).every(isTrue)),
	any: call('', (value, _args, position) => list(value, position).some(isTrue)),
	match: call('pattern ignorecase multiline', (value, {pattern, ...flags}, position) =>
		finds(`^(?:${asText(pattern)})`, value, flags, position),
	),
	...spelled(
		['search'],
		call('pattern ignorecase multiline', (value, {pattern, ...flags}, position) =>
			finds(asText(pattern), value, flags, position),
		),
	),
	regex: call(
		'pattern ignorecase multiline match_type',
		(value, {pattern, match_type = 'search', ...flags}, position) =>
			finds(anchored(asText(pattern), asText(match_type), position), value, flags, position),
	),
	...spelled(
		['version', 'version_compare'],
		call(
			'version operator strict version_type',
			(value, {version, operator = 'eq', strict, version_type = isTrue(strict) ? 'strict' : 'loose'}, position) =>
				compare(
					operators[asText(operator)] ?? asText(operator),
					versionOrder(asText(value), asText(version), asText(version_type), position),
					0,
					position,
				),
		),
	),
	...spelled(['failed', 'failure'], outcome('failed')),
	...spelled(
		['succeeded', 'success', 'successful'],
		call('', (value, _args, position) => flag(value, 'failed', position) !== true),
	),
	...spelled(['changed', 'change'], outcome('changed')),
	...spelled(['skipped', 'skip'], outcome('skipped')),
	unreachable: outcome('unreachable'),
	reachable: call('', (value, _args, position) => flag(value, 'unreachable', position) !== true),
	...Object.fromEntries(
		Object.entries({
			'==': ['eq', 'equalto'],
			'!=': ['ne'],
			'<': ['lt', 'lessthan'],
			'<=': ['le'],
			'>': ['gt', 'greaterthan'],
			'>=': ['ge'],
		}).flatMap(([operator, names]) =>
			[operator, ...names].map(name => [
				name,
				call('other', (value, {other}, position) => compare(operator, value, other, position)),
			]),
		),
	),
};

/** Aliases of the operators of `version`. */
const operators: Readonly<Record<string, string>> = {
	'=': '==',
	eq: '==',
	ne: '!=',
	'<>': '!=',
	lt: '<',
	le: '<=',
	gt: '>',
	ge: '>=',
};

function spelled(names: readonly string[], test: TemplateFunctions[string]): TemplateFunctions {
	return Object.fromEntries(names.map(name => [name, test]));
}

function outcome(name: string): TemplateFunctions[string] {
	return call('', (value, _args, position) => flag(value, name, position) === true);
}

/** A flag of a registered result. */
function flag(value: unknown, name: string, position: Position): unknown {
	if (!isMapping(value)) throw new TemplateError(`expected a registered result, got ${kindOf(value)}`, position);
	return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** @throws TemplateError for an unknown type of match. */
function anchored(pattern: string, type: string, position: Position): string {
	if (type === 'search') return pattern;
	if (type === 'match') return `^(?:${pattern})`;
	if (type === 'fullmatch') return `^(?:${pattern})$`;
	throw new TemplateError(`'${type}' is not a type of match`, position, 'use search, match or fullmatch');
}

function remainder(value: unknown, by: unknown, position: Position): number {
	if (typeof value !== 'number' || typeof by !== 'number' || by === 0) {
		throw new TemplateError(`${kindOf(value)} cannot be divided by ${asText(by)}`, position);
	}
	return Math.abs(value % by);
}

function list(value: unknown, position: Position): readonly unknown[] {
	if (Array.isArray(value)) return value;
	throw new TemplateError(`expected a list, got ${kindOf(value)}`, position);
}

function within(part: unknown, whole: unknown, position: Position): boolean {
	const all = list(whole, position);
	return list(part, position).every(item => all.some(other => isEqual(other, item)));
}

function finds(pattern: string, value: unknown, flags: Readonly<Record<string, unknown>>, position: Position): boolean {
	return matchesIn(asText(value), pattern, flags, position);
}
