import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {Excess, isTrue, maxLength} from './value.ts';

/** `multiline` and `ignorecase`. */
type Flags = Readonly<Record<string, unknown>>;

/** A regular expression as Python writes it. @throws TemplateError */
export function regularExpression(pattern: string, {multiline, ignorecase}: Flags, position: Position): RegExp {
	const [prefix = '', inline = ''] = /^\(\?([aimsux]+)\)/.exec(pattern) ?? [];
	const body = pattern
		.slice(prefix.length)
		.replaceAll('(?P<', '(?<')
		.replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>')
		.replaceAll(/\\A/g, '(?<![\\s\\S])')
		.replaceAll(/\\Z/g, '(?![\\s\\S])');
	const flags = new Set([...inline].filter(flag => 'ims'.includes(flag)));
	if (isTrue(multiline)) flags.add('m');
	if (isTrue(ignorecase)) flags.add('i');
	try {
		return new RegExp(body, `g${[...flags].join('')}`);
	} catch (error) {
		throw new TemplateError(`'${pattern}' is no regular expression`, position, (error as Error).message);
	}
}

/** The first match, or those of its groups that are asked for as `\1` or `\g<name>`. None when nothing matches. */
export function search(
	text: string,
	pattern: string,
	groups: readonly string[],
	flags: Flags,
	position: Position,
): unknown {
	const match = regularExpression(pattern, flags, position).exec(text);
	if (match === null) return null;
	if (groups.length === 0) return match[0];
	return groups.map(group => {
		const name = /^\\g<(\w+)>$|^\\(\d+)$/.exec(group);
		if (name === null) throw new TemplateError(`'${group}' is no group`, position, "write '\\1' or '\\g<name>'");
		return groupOf(match, name[1] ?? name[2] ?? '') ?? null;
	});
}

/** All matches; of a pattern with groups the groups, as Python's `findall`. */
export function findAll(text: string, pattern: string, flags: Flags, position: Position): unknown {
	return [...text.matchAll(regularExpression(pattern, flags, position))].map(([all, ...groups]) => {
		if (groups.length === 0) return all;
		const found = groups.map(group => group ?? '');
		return found.length === 1 ? found[0] : found;
	});
}

/** @throws Excess when the result would be too long. */
export function replaceAll(
	text: string,
	pattern: string,
	replacement: string,
	flags: Flags,
	position: Position,
): string {
	let length = text.length;
	return text.replaceAll(regularExpression(pattern, flags, position), (...match: unknown[]) => {
		const groups = match as unknown as RegExpExecArray;
		const names = match.at(-1);
		const filled = replacement.replaceAll(/\\(?:g<(\w+)>|(\d{1,2})|([\\nt]))/g, (_all, name, index, char) => {
			if (char !== undefined) return char === 'n' ? '\n' : char === 't' ? '\t' : '\\';
			const key = String(name ?? index);
			const value = /^\d+$/.test(key) ? groups[Number(key)] : (names as Record<string, string> | undefined)?.[key];
			return typeof value === 'string' ? value : '';
		});
		length += filled.length;
		if (length > maxLength) throw new Excess(`the text grows beyond ${maxLength} characters`);
		return filled;
	});
}

function groupOf(match: RegExpExecArray, name: string): string | undefined {
	if (/^\d+$/.test(name)) return match[Number(name)];
	return match.groups !== undefined && Object.hasOwn(match.groups, name) ? match.groups[name] : undefined;
}
