import {isMapping} from '../template/value.ts';
import type {Schema} from './choices.ts';

/** The boolean that a word stands for, as in Ansible: `yes`, `no`, `on`, `off`, `true`, `false`. */
export function truthOf(value: unknown): boolean | undefined {
	if (typeof value !== 'string') return undefined;
	if (/^(yes|on|true)$/i.test(value)) return true;
	return /^(no|off|false)$/i.test(value) ? false : undefined;
}

/** A copy of the data in which words are booleans wherever the schema wants a boolean and would refuse the word. */
export function withTruths(data: unknown, schema: unknown): unknown {
	if (!isMapping(schema)) return data;
	const truth = truthOf(data);
	if (truth !== undefined) return takesBoolean(schema) && !takesWord(schema, data) ? truth : data;
	if (Array.isArray(data)) return changed(data, item => withTruths(item, itemsOf(schema)));
	if (!isMapping(data)) return data;
	const properties = propertiesOf(schema);
	const entries = Object.entries(data).map(([key, value]) => [key, withTruths(value, properties[key])] as const);
	return entries.every(([key, value]) => value === data[key]) ? data : Object.fromEntries(entries);
}

function changed(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
	const items = list.map(change);
	return items.every((item, index) => item === list[index]) ? list : items;
}

function branchesOf(schema: Schema): readonly Schema[] {
	return Array.isArray(schema.anyOf) ? [schema, ...schema.anyOf.filter(isMapping).flatMap(branchesOf)] : [schema];
}

function takesBoolean(schema: Schema): boolean {
	return branchesOf(schema).some(({type}) => [type].flat().includes('boolean'));
}

/** Whether the word is a valid value by itself. */
function takesWord(schema: Schema, word: unknown): boolean {
	return branchesOf(schema).some(({type, pattern, enum: values}) => {
		if (Array.isArray(values)) return values.includes(word);
		return [type].flat().includes('string') && (typeof pattern !== 'string' || new RegExp(pattern).test(String(word)));
	});
}

function itemsOf(schema: Schema): unknown {
	return branchesOf(schema).find(({items}) => items !== undefined)?.items;
}

function propertiesOf(schema: Schema): Readonly<Record<string, unknown>> {
	return Object.assign({}, ...branchesOf(schema).map(({properties}) => (isMapping(properties) ? properties : {})));
}
