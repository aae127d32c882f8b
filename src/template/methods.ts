import type {Position} from '../errors.ts';
import {access} from './access.ts';
import {TemplateError} from './error.ts';
import {kindOf} from './operators.ts';
import {isEqual, isMapping, Undefined} from './value.ts';

type Method = (subject: unknown, args: readonly unknown[], position: Position) => unknown;

/** Python's methods that playbooks use. There are no others: a name never reaches JavaScript. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
	['upper', onText(text => text.toUpperCase())],
	['lower', onText(text => text.toLowerCase())],
	['title', onText(text => text.toLowerCase().replace(/\b\p{L}/gu, letter => letter.toUpperCase()))],
	['capitalize', onText(text => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase())],
	['strip', onText(text => text.trim())],
	['lstrip', onText(text => text.trimStart())],
	['rstrip', onText(text => text.trimEnd())],
	['startswith', onText((text, [start]) => text.startsWith(String(start)))],
	['endswith', onText((text, [end]) => text.endsWith(String(end)))],
	['replace', onText((text, [from, to]) => text.replaceAll(String(from), () => String(to)))],
	['split', onText((text, [by]) => (by === undefined ? text.trim().split(/\s+/) : text.split(String(by))))],
	['splitlines', onText(text => text.replace(/\n$/, '').split(/\r?\n/))],
	['find', onText((text, [part]) => text.indexOf(String(part)))],
	['isdigit', onText(text => /^[0-9]+$/.test(text))],
	[
		'join',
		onText((text, [items], position) => {
			if (!Array.isArray(items)) throw new TemplateError(`join takes a list, not ${kindOf(items)}`, position);
			return items.map(String).join(text);
		}),
	],
	['items', onMapping(mapping => Object.entries(mapping))],
	['keys', onMapping(mapping => Object.keys(mapping))],
	['values', onMapping(mapping => Object.values(mapping))],
	[
		'get',
		onMapping((mapping, [key, otherwise = null], position) => {
			const value = access(mapping, key, String(key), position);
			return value instanceof Undefined ? otherwise : value;
		}),
	],
	[
		'count',
		(subject, [item], position) => {
			if (typeof subject === 'string') return subject.split(String(item)).length - 1;
			if (Array.isArray(subject)) return subject.filter(other => isEqual(other, item)).length;
			throw new TemplateError(`${kindOf(subject)} has no method count`, position);
		},
	],
]);

function onText(call: (text: string, args: readonly unknown[], position: Position) => unknown): Method {
	return (subject, args, position) => {
		if (typeof subject === 'string') return call(subject, args, position);
		throw new TemplateError(`${kindOf(subject)} has no such method, a text has`, position);
	};
}

function onMapping(
	call: (mapping: Readonly<Record<string, unknown>>, args: readonly unknown[], position: Position) => unknown,
): Method {
	return (subject, args, position) => {
		if (isMapping(subject)) return call(subject, args, position);
		throw new TemplateError(`${kindOf(subject)} has no such method, a mapping has`, position);
	};
}
