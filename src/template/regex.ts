import type {Position} from '../errors.ts';
import {withinTime} from '../watchdog/within-time.ts';
import {TemplateError} from './error.ts';
import {Excess, isTrue, maxLength} from './value.ts';

/** `multiline` and `ignorecase`. */
type Flags = Readonly<Record<string, unknown>>;

/** A regular expression in Python's syntax. @throws TemplateError */
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
		throw new TemplateError(`'${pattern}' is not a valid regular expression`, position, (error as Error).message);
	}
}

/** Whether the pattern matches anywhere in the text. */
export function matches(text: string, pattern: string, flags: Flags, position: Position): boolean {
	const expression = regularExpression(pattern, flags, position);
	return bounded(expression, text, position, () => expression.test(text));
}

/** Time limit for a regular expression that may backtrack without end. */
const maxMatchMs = 2000;
/** Matches that need at most this many steps run without a time limit. */
const fewSteps = 1_000_000;

/**
 * Patterns such as `(a+)+$` backtrack exponentially. A match that could be slow runs under a time limit; nearly all
 * matches run without one.
 *
 * @throws TemplateError when it takes too long.
 */
export function bounded<T>({source}: RegExp, text: string, position: Position, match: () => T): T {
	// Each repetition can end at every character; a repeated group can split the text in any way.
	const repetitions = source.match(/[*+?}]/g)?.length ?? 0;
	const nested = /\)[*+?{]/.test(source);
	const isQuick = nested ? text.length < 16 : (text.length + 1) ** (repetitions + 1) < fewSteps;
	if (isQuick) return match();
	try {
		return withinTime(maxMatchMs, match);
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new TemplateError(
			`'${source}' takes too long on a string of ${text.length} characters`,
			position,
			'remove nested repetitions',
		);
	}
}

/** The first match, or the groups requested as `\1` or `\g<name>`. None if nothing matches. */
export function search(
	text: string,
	pattern: string,
	groups: readonly string[],
	flags: Flags,
	position: Position,
): unknown {
	const expression = regularExpression(pattern, flags, position);
	const match = bounded(expression, text, position, () => expression.exec(text));
	if (match === null) return null;
	if (groups.length === 0) return match[0];
	return groups.map(group => {
		const name = /^\\g<(\w+)>$|^\\(\d+)$/.exec(group);
		if (name === null) throw new TemplateError(`'${group}' is not a group`, position, "write '\\1' or '\\g<name>'");
		return groupOf(match, name[1] ?? name[2] ?? '') ?? null;
	});
}

/** All matches, or all groups if the pattern has groups, like Python's `findall`. */
export function findAll(text: string, pattern: string, flags: Flags, position: Position): unknown {
	const expression = regularExpression(pattern, flags, position);
	const found = bounded(expression, text, position, () => [...text.matchAll(expression)]);
	return found.map(([all, ...groups]) => {
		if (groups.length === 0) return all;
		const texts = groups.map(group => group ?? '');
		return texts.length === 1 ? texts[0] : texts;
	});
}

/** @throws Excess if the result is too long. */
export function replaceAll(
	text: string,
	pattern: string,
	replacement: string,
	flags: Flags,
	position: Position,
): string {
	let length = text.length;
	const expression = regularExpression(pattern, flags, position);
	const fill = (...match: unknown[]) => {
		const groups = match as unknown as RegExpExecArray;
		const names = match.at(-1);
		const filled = replacement.replaceAll(/\\(?:g<(\w+)>|(\d{1,2})|([\\nt]))/g, (_all, name, index, char) => {
			if (char !== undefined) return char === 'n' ? '\n' : char === 't' ? '\t' : '\\';
			const key = String(name ?? index);
			const value = /^\d+$/.test(key) ? groups[Number(key)] : (names as Record<string, string> | undefined)?.[key];
			return typeof value === 'string' ? value : '';
		});
		length += filled.length;
		if (length > maxLength) throw new Excess(`the string exceeds the limit of ${maxLength} characters`);
		return filled;
	};
	return bounded(expression, text, position, () => text.replaceAll(expression, fill));
}

function groupOf(match: RegExpExecArray, name: string): string | undefined {
	if (/^\d+$/.test(name)) return match[Number(name)];
	return match.groups !== undefined && Object.hasOwn(match.groups, name) ? match.groups[name] : undefined;
}
