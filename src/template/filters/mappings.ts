import type {Position} from '../../errors.ts';
import {TemplateError} from '../error.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {asText, isEqual, isMapping, isTrue} from '../value.ts';
import {sorted} from './lists.ts';
import {attributeOf, items, mapping} from './need.ts';

/** Filters for mappings. */
export const mappingFilters: TemplateFunctions = {
	items: call('', (value, _args, position) => Object.entries(mapping(value, position))),
	dict2items: call('key_name value_name', (value, {key_name = 'key', value_name = 'value'}, position) =>
		Object.entries(mapping(value, position)).map(([key, item]) => ({
			[asText(key_name)]: key,
			[asText(value_name)]: item,
		})),
	),
	items2dict: call('key_name value_name', (value, {key_name = 'key', value_name = 'value'}, position) =>
		Object.fromEntries(
			items(value, position).map(item => [
				asText(attributeOf(item, key_name, position)),
				attributeOf(item, value_name, position),
			]),
		),
	),
	dictsort: call('case_sensitive by reverse', (value, {case_sensitive, by = 'key', reverse}, position) => {
		const path = by === 'value' ? 1 : 0;
		return sorted(Object.entries(mapping(value, position)), {attribute: path, case_sensitive, reverse}, position);
	}),
	combine: call('*', (value, {rest = [], named = {}}, position) => {
		const known = ['recursive', 'list_merge'];
		const wrong = Object.keys(named).find(name => !known.includes(name));
		if (wrong !== undefined) throw new TemplateError(`combine has no argument '${wrong}'`, position);
		const {recursive, list_merge: lists = 'replace'} = named;
		return [value, ...rest]
			.flat()
			.map(part => mapping(part, position))
			.reduce((left, right) => combined(left, right, isTrue(recursive), asText(lists), position));
	}),
};

type Mapping = Readonly<Record<string, unknown>>;

function combined(left: Mapping, right: Mapping, recursive: boolean, lists: string, position: Position): Mapping {
	const merged = Object.entries(right).map(([key, value]) => {
		const old = Object.hasOwn(left, key) ? left[key] : undefined;
		if (recursive && isMapping(old) && isMapping(value)) return [key, combined(old, value, recursive, lists, position)];
		if (Array.isArray(old) && Array.isArray(value)) return [key, mergedLists(old, value, lists, position)];
		return [key, value];
	});
	return {...left, ...Object.fromEntries(merged)};
}

function mergedLists(
	old: readonly unknown[],
	fresh: readonly unknown[],
	how: string,
	position: Position,
): readonly unknown[] {
	const without = (list: readonly unknown[], other: readonly unknown[]) =>
		list.filter(item => !other.some(match => isEqual(match, item)));
	switch (how) {
		case 'replace':
			return fresh;
		case 'keep':
			return old;
		case 'append':
			return [...old, ...fresh];
		case 'prepend':
			return [...fresh, ...old];
		case 'append_rp':
			return [...without(old, fresh), ...fresh];
		case 'prepend_rp':
			return [...fresh, ...without(old, fresh)];
		default:
			throw new TemplateError(`'${how}' is not a valid value of list_merge`, position);
	}
}
