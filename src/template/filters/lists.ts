import type {Position} from '../../errors.ts';
import {access} from '../access.ts';
import {TemplateError} from '../error.ts';
import {order} from '../operators.ts';
import {type CallArguments, call, type TemplateFunctions} from '../signature.ts';
import {asText, Excess, isEqual, isTrue, maxLength, Undefined} from '../value.ts';
import {attributeOf, items, number} from './need.ts';

const length = call('', (value, _args, position) => items(value, position).length);

/** List filters. Comparisons ignore case wherever Jinja2's do by default. */
export const listFilters: TemplateFunctions = {
	length,
	count: length,
	list: call('', (value, _args, position) => [...items(value, position)]),
	first: call('', (value, _args, position) => items(value, position)[0] ?? empty(position)),
	last: call('', (value, _args, position) => items(value, position).at(-1) ?? empty(position)),
	join: call('d attribute', (value, {d = '', attribute}, position) => {
		const texts = items(value, position).map(item => asText(attributeOf(item, attribute, position)));
		const separators = Math.max(0, texts.length - 1) * asText(d).length;
		if (texts.reduce((total, text) => total + text.length, separators) > maxLength) {
			throw new Excess(`the string exceeds the limit of ${maxLength} characters`);
		}
		return texts.join(asText(d));
	}),
	reverse: call('', (value, _args, position) =>
		typeof value === 'string' ? [...value].reverse().join('') : items(value, position).toReversed(),
	),
	sort: call('reverse case_sensitive attribute', (value, args, position) =>
		sorted(items(value, position), args, position),
	),
	unique: call('case_sensitive attribute', (value, {case_sensitive, attribute}, position) =>
		distinct(items(value, position), item => comparable(attributeOf(item, attribute, position), case_sensitive)),
	),
	min: call(
		'case_sensitive attribute',
		(value, args, position) => sorted(items(value, position), args, position)[0] ?? empty(position),
	),
	max: call(
		'case_sensitive attribute',
		(value, args, position) => sorted(items(value, position), {...args, reverse: true}, position)[0] ?? empty(position),
	),
	sum: call('attribute start', (value, {attribute, start = 0}, position) =>
		items(value, position).reduce<number>(
			(total, item) => total + number(attributeOf(item, attribute, position), position),
			number(start, position),
		),
	),
	flatten: call('levels skip_nulls', (value, {levels, skip_nulls = true}, position) => {
		const depth = levels === undefined || levels === null ? 100 : number(levels, position);
		const flat = (items(value, position) as unknown[]).flat(depth as 100);
		return isTrue(skip_nulls) ? flat.filter(item => item !== null) : flat;
	}),
	union: call('other', (value, {other}, position) => distinct([...items(value, position), ...items(other, position)])),
	intersect: call('other', (value, {other}, position) => {
		const right = items(other, position);
		return distinct(items(value, position)).filter(item => right.some(match => isEqual(item, match)));
	}),
	difference: call('other', (value, {other}, position) => without(items(value, position), items(other, position))),
	symmetric_difference: call('other', (value, {other}, position) => {
		const [left, right] = [items(value, position), items(other, position)];
		return [...without(left, right), ...without(right, left)];
	}),
	batch: call('linecount fill_with', (value, {linecount, fill_with}, position) => {
		const size = Math.max(1, number(linecount, position));
		const all = items(value, position);
		const rows = Array.from({length: Math.ceil(all.length / size)}, (_, row) =>
			all.slice(row * size, (row + 1) * size),
		);
		if (fill_with === undefined) return rows;
		return rows.map(row => [...row, ...Array.from({length: size - row.length}, () => fill_with)]);
	}),
	zip: call('*', (value, {rest = []}, position) => {
		const lists = [value, ...rest].map(list => items(list, position));
		const shortest = Math.min(...lists.map(list => list.length));
		return Array.from({length: shortest}, (_, index) => lists.map(list => list[index]));
	}),
	zip_longest: call('*', (value, {rest = [], named = {}}, position) => {
		const lists = [value, ...rest].map(list => items(list, position));
		const longest = Math.max(...lists.map(list => list.length));
		return Array.from({length: longest}, (_, index) => lists.map(list => list[index] ?? named.fillvalue ?? null));
	}),
	permutations: call('r', (value, {r}, position) => {
		const all = items(value, position);
		return picks(all.length, r === undefined ? all.length : number(r, position), false, position).map(row =>
			row.map(at => all[at]),
		);
	}),
	combinations: call('r', (value, {r}, position) => {
		const all = items(value, position);
		return picks(all.length, number(r, position), true, position).map(row => row.map(at => all[at]));
	}),
	slice: call('slices fill_with', (value, {slices, fill_with}, position) => {
		const [all, count] = [items(value, position), Math.max(1, number(slices, position))];
		const [least, longer] = [Math.floor(all.length / count), all.length % count];
		return Array.from({length: Math.min(count, maxLength)}, (_, index) => {
			const from = index * least + Math.min(index, longer);
			const part = all.slice(from, from + least + (index < longer ? 1 : 0));
			return fill_with !== undefined && longer > 0 && index >= longer ? [...part, fill_with] : part;
		});
	}),
	product: call('*', (value, {rest = [], named = {}}, position) => {
		const {repeat = 1, ...unknown} = named;
		const [other] = Object.keys(unknown);
		if (other !== undefined) throw new TemplateError(`the filter product has no argument '${other}'`, position);
		const times = Math.min(Math.max(0, number(repeat, position)), 100);
		const once = [value, ...rest].map(list => items(list, position));
		const lists = Array.from({length: times}, () => once).flat();
		if (lists.reduce((total, list) => total * list.length, lists.length) > maxLength) {
			throw new Excess(`the list exceeds the limit of ${maxLength} elements`);
		}
		return lists.reduce<readonly unknown[][]>(
			(rows, list) => rows.flatMap(row => list.map(item => [...row, item])),
			[[]],
		);
	}),
	groupby: call('attribute default case_sensitive', (value, args, position) => {
		const {attribute, default: fallback, case_sensitive} = args;
		const ownKey = (item: unknown) =>
			fallback === undefined
				? attributeOf(item, attribute, position)
				: attributeOr(item, attribute, fallback, position);
		const keyOf = (item: unknown) => comparable(ownKey(item), case_sensitive);
		const all = items(value, position);
		const keys = sorted(distinct(all.map(keyOf)), {case_sensitive: true}, position);
		return keys.map(key => {
			const group = all.filter(item => isEqual(keyOf(item), key));
			return [ownKey(group[0]), group];
		});
	}),
	extract: call('container morekeys', (value, {container, morekeys = []}, position) =>
		[value, morekeys].flat().reduce((found, key) => access(found, key, asText(key), position), container),
	),
	subelements: call('subelements skip_missing', (value, {subelements, skip_missing}, position) =>
		items(value, position).flatMap(item => {
			const below = attributeOr(item, subelements, isTrue(skip_missing) ? [] : undefined, position);
			return items(below, position).map(element => [item, element]);
		}),
	),
};

/**
 * All selections of `length` numbers below `count`: every permutation, or only those in ascending order.
 *
 * @throws Excess
 */
function picks(count: number, length: number, rising: boolean, position: Position): readonly (readonly number[])[] {
	if (!Number.isInteger(length) || length < 0)
		throw new TemplateError('expected a whole number that is not negative', position);
	let rows: readonly (readonly number[])[] = [[]];
	for (let size = 0; size < length; size++) {
		rows = rows.flatMap(row => {
			const from = rising ? (row.at(-1) ?? -1) + 1 : 0;
			return Array.from({length: Math.max(0, count - from)}, (_, index) => from + index)
				.filter(number => !row.includes(number))
				.map(number => [...row, number]);
		});
		if (rows.length * length > maxLength / 10) throw new Excess(`the list exceeds the limit of ${maxLength} elements`);
	}
	return rows;
}

/** Sorts by attributes; several are separated by commas. */
export function sorted(
	all: readonly unknown[],
	{reverse, case_sensitive, attribute}: CallArguments,
	position: Position,
): readonly unknown[] {
	const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute];
	const keyed = all.map(item => ({
		item,
		keys: paths.map(path => comparable(attributeOf(item, path, position), case_sensitive)),
	}));
	const direction = isTrue(reverse) ? -1 : 1;
	keyed.sort((a, b) => {
		for (const [index, key] of a.keys.entries()) {
			const result = order(key, b.keys[index], position);
			if (result !== 0) return result * direction;
		}
		return 0;
	});
	return keyed.map(({item}) => item);
}

function comparable(value: unknown, caseSensitive: unknown): unknown {
	return typeof value === 'string' && !isTrue(caseSensitive) ? value.toLowerCase() : value;
}

/** The items without duplicates; of equal items the first is kept. */
function distinct(all: readonly unknown[], keyOf: (item: unknown) => unknown = item => item): readonly unknown[] {
	const simple = new Set<unknown>();
	const others: unknown[] = [];
	return all.filter(item => {
		const key = keyOf(item);
		if (typeof key === 'string' || typeof key === 'number') {
			const fresh = !simple.has(key);
			simple.add(key);
			return fresh;
		}
		const fresh = !others.some(other => isEqual(other, key));
		if (fresh) others.push(key);
		return fresh;
	});
}

function without(left: readonly unknown[], right: readonly unknown[]): readonly unknown[] {
	return distinct(left).filter(item => !right.some(match => isEqual(item, match)));
}

function attributeOr(item: unknown, path: unknown, fallback: unknown, position: Position): unknown {
	try {
		return attributeOf(item, path, position);
	} catch (error) {
		if (fallback !== undefined && error instanceof TemplateError) return fallback;
		throw error;
	}
}

function empty(position: Position): Undefined {
	return new Undefined('the list is empty', position);
}
