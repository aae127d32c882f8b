import type {Position} from '../errors.ts';
import {access} from './access.ts';
import {TemplateError} from './error.ts';
import {kindOf} from './operators.ts';
import {tests} from './tests.ts';
import {asText, isEqual, isMapping, isTrue, Undefined} from './value.ts';

type Apply = (
	value: unknown,
	positional: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
) => unknown;

type Filter = {readonly takesUndefined: boolean; readonly apply: Apply};

const basic: Readonly<Record<string, Apply>> = {
	upper: value => asText(value).toUpperCase(),
	lower: value => asText(value).toLowerCase(),
	title: value =>
		asText(value)
			.toLowerCase()
			.replace(/\b\p{L}/gu, letter => letter.toUpperCase()),
	capitalize: value => asText(value).charAt(0).toUpperCase() + asText(value).slice(1).toLowerCase(),
	trim: value => asText(value).trim(),
	string: value => asText(value),
	replace: (value, [from, to]) => asText(value).replaceAll(asText(from), () => asText(to)),
	split: (value, [by]) => (by === undefined ? asText(value).trim().split(/\s+/) : asText(value).split(asText(by))),
	basename: value => asText(value).split('/').at(-1),
	dirname: value => asText(value).split('/').slice(0, -1).join('/'),
	quote: value => `'${asText(value).replaceAll("'", `'"'"'`)}'`,
	b64encode: value => btoa(String.fromCharCode(...new TextEncoder().encode(asText(value)))),
	b64decode: value => new TextDecoder().decode(Uint8Array.from(atob(asText(value)), letter => letter.charCodeAt(0))),
	int: (value, [otherwise = 0]) => {
		const number = typeof value === 'boolean' ? Number(value) : Number.parseInt(asText(value), 10);
		return Number.isNaN(number) ? otherwise : number;
	},
	float: (value, [otherwise = 0]) => {
		const number = Number.parseFloat(asText(value));
		return Number.isNaN(number) ? otherwise : number;
	},
	bool: value => value === true || value === 1 || /^(yes|on|1|true)$/i.test(asText(value)),
	abs: value => Math.abs(Number(value)),
	round: (value, [digits = 0]) => {
		const factor = 10 ** Number(digits);
		return Math.round(Number(value) * factor) / factor;
	},
	length: (value, _args, _named, position) => size(value, position),
	count: (value, _args, _named, position) => size(value, position),
	to_json: value => JSON.stringify(value),
	tojson: value => JSON.stringify(value),
	to_nice_json: value => JSON.stringify(value, undefined, 4),
	from_json: (value, _args, _named, position) => {
		try {
			return JSON.parse(asText(value));
		} catch {
			throw new TemplateError('this text is not JSON', position);
		}
	},
	ternary: (value, [yes, no]) => (isTrue(value) ? yes : no),
	combine: (value, others, _named, position) =>
		Object.assign({}, ...[value, ...others].map(item => mapping(item, position))),
	dict2items: (value, _args, _named, position) =>
		Object.entries(mapping(value, position)).map(([key, item]) => ({key, value: item})),
	items2dict: (value, _args, _named, position) =>
		Object.fromEntries(
			items(value, position).map(item => [asText((item as {key: unknown}).key), (item as {value: unknown}).value]),
		),
};

const onLists: Readonly<Record<string, Apply>> = {
	list: (value, _args, _named, position) => (typeof value === 'string' ? [...value] : items(value, position)),
	first: (value, _args, _named, position) => end(value, 0, position),
	last: (value, _args, _named, position) => end(value, -1, position),
	join: (value, [by = ''], {attribute}, position) =>
		items(value, position)
			.map(item => asText(attributeOf(item, attribute, position)))
			.join(asText(by)),
	reverse: (value, _args, _named, position) =>
		typeof value === 'string' ? [...value].reverse().join('') : items(value, position).toReversed(),
	sort: (value, [descending], {reverse = descending, attribute}, position) => {
		const sorted = items(value, position).toSorted((a, b) =>
			order(attributeOf(a, attribute, position), attributeOf(b, attribute, position), position),
		);
		return isTrue(reverse) ? sorted.reverse() : sorted;
	},
	unique: (value, _args, _named, position) =>
		items(value, position).filter((item, index, all) => all.findIndex(other => isEqual(other, item)) === index),
	sum: (value, _args, {attribute, start = 0}, position) =>
		items(value, position).reduce(
			(total: number, item) => total + Number(attributeOf(item, attribute, position)),
			Number(start),
		),
	min: (value, _args, {attribute}, position) => extreme(value, attribute, -1, position),
	max: (value, _args, {attribute}, position) => extreme(value, attribute, 1, position),
	flatten: (value, [levels = Infinity], _named, position) => items(value, position).flat(Number(levels) as 1),
	union: (value, [other], _named, position) => distinct([...items(value, position), ...items(other, position)]),
	intersect: (value, [other], _named, position) =>
		distinct(items(value, position).filter(item => items(other, position).some(match => isEqual(item, match)))),
	difference: (value, [other], _named, position) =>
		distinct(items(value, position).filter(item => !items(other, position).some(match => isEqual(item, match)))),
	map: (value, [name, ...args], {attribute, default: otherwise}, position) =>
		items(value, position).map(item => {
			if (attribute !== undefined) {
				const found = pick(item, attribute, position);
				if (!(found instanceof Undefined)) return found;
				if (otherwise !== undefined) return otherwise;
				throw new TemplateError(`an item has no ${asText(attribute)}`, position);
			}
			const filter = filters.get(asText(name));
			if (filter === undefined) throw new TemplateError(`there is no filter '${asText(name)}'`, position);
			return filter.apply(item, args, {}, position);
		}),
	select: (value, args, _named, position) => chosen(value, undefined, args, true, position),
	reject: (value, args, _named, position) => chosen(value, undefined, args, false, position),
	selectattr: (value, [attribute, ...args], _named, position) => chosen(value, attribute, args, true, position),
	rejectattr: (value, [attribute, ...args], _named, position) => chosen(value, attribute, args, false, position),
};

const otherwise: Apply = (value, [fallback = '', evenIfFalse]) => {
	if (value instanceof Undefined) return fallback;
	return isTrue(evenIfFalse) && !isTrue(value) ? fallback : value;
};

/** What stands after `|`. */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
	...Object.entries({...basic, ...onLists}).map(([name, apply]) => [name, {takesUndefined: false, apply}] as const),
	['default', {takesUndefined: true, apply: otherwise}],
	['d', {takesUndefined: true, apply: otherwise}],
	[
		'mandatory',
		{
			takesUndefined: true,
			apply: (value, _args, _named, position) => {
				if (value instanceof Undefined) throw new TemplateError(`'${value.path}' must be given`, position);
				return value;
			},
		},
	],
]);

function items(value: unknown, position: Position): readonly unknown[] {
	if (Array.isArray(value)) return value;
	if (isMapping(value)) return Object.keys(value);
	throw new TemplateError(`a list is needed here, not ${kindOf(value)}`, position);
}

function mapping(value: unknown, position: Position): Readonly<Record<string, unknown>> {
	if (isMapping(value)) return value;
	throw new TemplateError(`a mapping is needed here, not ${kindOf(value)}`, position);
}

function size(value: unknown, position: Position): number {
	return typeof value === 'string' ? [...value].length : items(value, position).length;
}

function end(value: unknown, index: number, position: Position): unknown {
	const found = typeof value === 'string' ? value.at(index) : items(value, position).at(index);
	if (found === undefined) throw new TemplateError('the list is empty', position);
	return found;
}

/** `a.b.0` of an item. */
function pick(item: unknown, attribute: unknown, position: Position): unknown {
	return asText(attribute)
		.split('.')
		.reduce((value: unknown, part) => access(value, /^\d+$/.test(part) ? Number(part) : part, part, position), item);
}

function attributeOf(item: unknown, attribute: unknown, position: Position): unknown {
	if (attribute === undefined) return item;
	const found = pick(item, attribute, position);
	if (found instanceof Undefined) throw new TemplateError(`an item has no ${asText(attribute)}`, position);
	return found;
}

function chosen(
	value: unknown,
	attribute: unknown,
	[name, ...args]: readonly unknown[],
	wanted: boolean,
	position: Position,
): readonly unknown[] {
	const test = tests.get(name === undefined ? 'truthy' : asText(name));
	if (test === undefined) throw new TemplateError(`there is no test '${asText(name)}'`, position);
	return items(value, position).filter(item => {
		const subject = attribute === undefined ? item : pick(item, attribute, position);
		if (subject instanceof Undefined && !test.takesUndefined) {
			throw new TemplateError(`an item has no ${asText(attribute)}`, position);
		}
		return test.holds(subject, args, {}, position) === wanted;
	});
}

function order(a: unknown, b: unknown, position: Position): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
	throw new TemplateError(`${kindOf(a)} and ${kindOf(b)} cannot be ordered`, position);
}

function extreme(value: unknown, attribute: unknown, sign: 1 | -1, position: Position): unknown {
	const all = items(value, position);
	if (all.length === 0) throw new TemplateError('the list is empty', position);
	return all.reduce((best, item) =>
		sign * order(attributeOf(item, attribute, position), attributeOf(best, attribute, position), position) > 0
			? item
			: best,
	);
}

function distinct(all: readonly unknown[]): readonly unknown[] {
	return all.filter((item, index) => all.findIndex(other => isEqual(other, item)) === index);
}
