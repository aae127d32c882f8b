import type {Position} from '../errors.ts';
import {access} from './access.ts';
import {braceFormat} from './brace-format.ts';
import {TemplateError} from './error.ts';
import {replaced, splitText, stripped, titled} from './text-words.ts';
import {isEqual, isMapping, kindOf, Undefined} from './value.ts';

type Method = (
	subject: unknown,
	args: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
) => unknown;

type OnText = (text: string, args: readonly unknown[], position: Position) => unknown;

/** Methods that also take arguments by name. */
const withNames: Readonly<Record<string, Method>> = {
	format: (subject, args, named, position) => braceFormat(String(subject), args, named, position),
};

const onText: Readonly<Record<string, OnText>> = {
	upper: text => text.toUpperCase(),
	lower: text => text.toLowerCase(),
	title: text => titled(text),
	capitalize: text => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
	strip: (text, [chars]) => stripped(text, chars),
	lstrip: (text, [chars]) => stripped(text, chars, 'start'),
	rstrip: (text, [chars]) => stripped(text, chars, 'end'),
	startswith: (text, [start]) => [start].flat().some(one => text.startsWith(String(one))),
	endswith: (text, [end]) => [end].flat().some(one => text.endsWith(String(one))),
	removeprefix: (text, [prefix]) => (text.startsWith(String(prefix)) ? text.slice(String(prefix).length) : text),
	removesuffix: (text, [suffix]) =>
		suffix !== '' && text.endsWith(String(suffix)) ? text.slice(0, -String(suffix).length) : text,
	replace: (text, [from, to, count]) => replaced(text, String(from), String(to), count),
	split: (text, [by, most]) => splitText(text, by, most),
	splitlines: text => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)),
	find: (text, [part]) => text.indexOf(String(part)),
	index(text, [part], position) {
		const index = text.indexOf(String(part));
		if (index < 0) throw new TemplateError('the value is not in the string', position);
		return index;
	},
	rfind: (text, [part]) => text.lastIndexOf(String(part)),
	isdigit: text => /^\p{Nd}+$/u.test(text),
	isalpha: text => /^\p{L}+$/u.test(text),
	isalnum: text => /^[\p{L}\p{N}]+$/u.test(text),
	isupper: text => text !== text.toLowerCase() && text === text.toUpperCase(),
	islower: text => text !== text.toUpperCase() && text === text.toLowerCase(),
	zfill(text, [width]) {
		const [sign = ''] = /^[-+]/.exec(text) ?? [];
		return sign + text.slice(sign.length).padStart(widthOf(width) - sign.length, '0');
	},
	ljust: (text, [width, fill = ' ']) => text.padEnd(widthOf(width), String(fill)),
	rjust: (text, [width, fill = ' ']) => text.padStart(widthOf(width), String(fill)),
	join(text, [items], position) {
		if (!Array.isArray(items)) throw new TemplateError(`join takes a list, got ${kindOf(items)}`, position);
		const other = items.find(item => typeof item !== 'string');
		if (other !== undefined)
			throw new TemplateError(`join takes strings, got ${kindOf(other)}`, position, 'use | join');
		return items.join(text);
	},
	count: (text, [part]) => text.split(String(part)).length - 1,
};

const onMapping: Readonly<
	Record<string, (mapping: Readonly<Record<string, unknown>>, args: readonly unknown[], position: Position) => unknown>
> = {
	items: mapping => Object.entries(mapping),
	keys: mapping => Object.keys(mapping),
	values: mapping => Object.values(mapping),
	get(mapping, [key, otherwise = null], position) {
		const value = access(mapping, key, String(key), position);
		return value instanceof Undefined ? otherwise : value;
	},
};

const onList: Readonly<
	Record<string, (list: readonly unknown[], args: readonly unknown[], position: Position) => unknown>
> = {
	count: (list, [item]) => list.filter(other => isEqual(other, item)).length,
	index(list, [item], position) {
		const index = list.findIndex(other => isEqual(other, item));
		if (index < 0) throw new TemplateError('the value is not in the list', position);
		return index;
	},
};

/** The Python methods that are supported. A name is never looked up on a JavaScript object. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
	[onText, withNames, onMapping, onList].flatMap(table => Object.keys(table)).map(name => [name, dispatch(name)]),
);

function dispatch(name: string): Method {
	return (subject, args, named, position) => {
		const open = typeof subject === 'string' && Object.hasOwn(withNames, name) ? withNames[name] : undefined;
		if (open !== undefined) return open(subject, args, named, position);
		if (Object.keys(named).length > 0) throw new TemplateError(`${name} takes positional arguments only`, position);
		if (typeof subject === 'string' && Object.hasOwn(onText, name)) return onText[name]?.(subject, args, position);
		if (Array.isArray(subject) && Object.hasOwn(onList, name)) return onList[name]?.(subject, args, position);
		if (isMapping(subject) && Object.hasOwn(onMapping, name)) return onMapping[name]?.(subject, args, position);
		throw new TemplateError(`${kindOf(subject)} has no method '${name}'`, position);
	};
}

/** The maximum width for padding. */
function widthOf(width: unknown): number {
	return Math.min(Number(width) || 0, 10_000);
}
