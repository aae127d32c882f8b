import {TemplateError} from '../error.ts';
import {format} from '../format.ts';
import {findAll, replaceAll, search} from '../regex.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {replaced, splitText, stripped, titled} from '../text-words.ts';
import {asText, isMapping, isTrue} from '../value.ts';
import {items, number} from './need.ts';

/** String and path filters. */
export const textFilters: TemplateFunctions = {
	upper: call('', value => asText(value).toUpperCase()),
	lower: call('', value => asText(value).toLowerCase()),
	title: call('', value => titled(asText(value))),
	capitalize: call('', value => asText(value).charAt(0).toUpperCase() + asText(value).slice(1).toLowerCase()),
	trim: call('chars', (value, {chars}) => stripped(asText(value), chars)),
	replace: call('old new count', (value, {old, new: fresh, count}) =>
		replaced(asText(value), asText(old), asText(fresh), count),
	),
	split: call('sep maxsplit', (value, {sep, maxsplit}) => splitText(asText(value), sep, maxsplit)),
	format: call('*', (value, {rest = [], named = {}}, position) =>
		format(asText(value), rest.length === 0 ? [named] : rest, position),
	),
	truncate: call('length killwords end leeway', (value, {length = 255, killwords, end = '...', leeway = 5}) => {
		const text = asText(value);
		if (text.length <= Number(length) + Number(leeway)) return text;
		const cut = text.slice(0, Number(length) - asText(end).length);
		return (isTrue(killwords) ? cut : cut.replace(/ [^ ]*$/, '')) + asText(end);
	}),
	indent: call('width first blank', (value, {width = 4, first, blank}) => {
		const by = typeof width === 'string' ? width : ' '.repeat(Math.min(Number(width), 1000));
		return asText(value)
			.split('\n')
			.map((line, index) => ((index === 0 && !isTrue(first)) || (line === '' && !isTrue(blank)) ? line : by + line))
			.join('\n');
	}),
	center: call('width', (value, {width = 80}) => {
		const text = asText(value);
		const size = Math.min(Number(width), 10_000);
		const room = Math.max(0, size - text.length);
		return text.padStart(text.length + Math.floor(room / 2) + (room & size & 1)).padEnd(text.length + room);
	}),
	wordcount: call('', value => asText(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
	quote: call('', value => {
		const text = asText(value);
		return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
	}),
	urlencode: call('', (value, _args, position) => {
		if (typeof value === 'string') return quoted(value).replaceAll('%2F', '/');
		if (!isMapping(value) && !Array.isArray(value)) return quoted(asText(value));
		const pairs = isMapping(value) ? Object.entries(value) : value.map(pair => items(pair, position));
		const inQuery = (part: unknown) => quoted(asText(part)).replaceAll('%20', '+');
		return pairs.map(([key, item]) => `${inQuery(key)}=${inQuery(item)}`).join('&');
	}),
	basename: call('', value => asText(value).split('/').at(-1)),
	dirname: call('', value =>
		asText(value)
			.replace(/[^/]*$/, '')
			.replace(/(?<=[^/])\/+$/, ''),
	),
	path_join: call('', (value, _args, position) => {
		const parts = typeof value === 'string' ? [value] : items(value, position).map(asText);
		return parts.reduce((path, part) => (part.startsWith('/') ? part : `${path.replace(/(?<=[^/])$/, '/')}${part}`));
	}),
	splitext: call('', value => {
		const [, root = '', extension = ''] = /^(.*?[^/.][^/]*?|\.*[^/]*?)(\.[^./]*)?$/s.exec(asText(value)) ?? [];
		return [root, extension];
	}),
	regex_search: call('pattern *', (value, {pattern, rest = [], named = {}}, position) =>
		search(asText(value), asText(pattern), rest.map(asText), named, position),
	),
	regex_findall: call('pattern multiline ignorecase', (value, {pattern, multiline, ignorecase}, position) =>
		findAll(asText(value), asText(pattern), {multiline, ignorecase}, position),
	),
	regex_replace: call(
		'pattern replacement ignorecase multiline',
		(value, {pattern = '', replacement = '', ...flags}, position) =>
			replaceAll(asText(value), asText(pattern), asText(replacement), flags, position),
	),
	regex_escape: call('re_type', (value, {re_type = 'python'}, position) => {
		if (re_type === 'python') return asText(value).replaceAll(/[-\\^$*+?.()|[\]{}#&~\s]/g, '\\$&');
		if (re_type === 'posix_basic') return asText(value).replaceAll(/[[\].^$*\\]/g, '\\$&');
		throw new TemplateError(`re_type ${asText(re_type)} is not supported`, position, 'use python or posix_basic');
	}),
	human_readable: call('isbits unit', (value, {isbits, unit}, position) =>
		readableSize(
			number(value, position),
			isTrue(isbits),
			unit === undefined || unit === null ? undefined : asText(unit),
		),
	),
	human_to_bytes: call('default_unit', (value, {default_unit}, position) => {
		const standard = default_unit === undefined || default_unit === null ? 'b' : asText(default_unit).charAt(0);
		const [, number, unit = standard] = /^\s*(\d*\.?\d+)\s*([bkmgtp])?(?:i?b)?\s*$/i.exec(asText(value)) ?? [];
		if (number === undefined) throw new TemplateError(`${asText([value])} is not a size`, position);
		return Math.round(Number(number) * 1024 ** 'bkmgtp'.indexOf(unit.toLowerCase()));
	}),
};

/** Percent-encoded, like Python: unlike JavaScript, which keeps `!'()*`. */
function quoted(text: string): string {
	const code = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
	return encodeURIComponent(text).replaceAll(/[!'()*]/g, code);
}

/** `1.00 GB`, the way Ansible prints a number of bytes: the units are powers of 1024. */
function readableSize(size: number, isBits: boolean, unit: string | undefined): string {
	const prefixes = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
	const fitting = Math.max(
		0,
		prefixes.findLastIndex((_, power) => size >= 1024 ** power),
	);
	const power = unit === undefined ? fitting : Math.max(0, prefixes.indexOf(unit.toUpperCase().replace(/B$/, '')));
	const suffix = prefixes[power] === '' ? (isBits ? 'bits' : 'Bytes') : `${prefixes[power]}${isBits ? 'b' : 'B'}`;
	return `${(size / 1024 ** power).toFixed(2)} ${suffix}`;
}
