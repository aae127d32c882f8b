import {InputError, type Problem} from '../errors.ts';
import {TemplateError} from '../template/error.ts';
import {regularExpression} from '../template/regex.ts';

/**
 * What a pattern of several names matches: `~` and a regular expression, which the beginning of a name must match, or a
 * shell's pattern, which a whole name must match. Undefined for a plain name.
 *
 * @throws InputError for what is no regular expression.
 */
export function matcherOf(
	pattern: string,
	problem: (message: string) => Problem,
): ((name: string) => boolean) | undefined {
	const body = pattern.startsWith('~') ? pattern.slice(1) : globBody(pattern);
	if (body === undefined) return undefined;
	try {
		const {source, flags} = regularExpression(body, {}, {file: '', line: 1, column: 1});
		const expression = new RegExp(`^(?:${source})`, flags.replace('g', ''));
		return name => expression.test(name);
	} catch (error) {
		if (!(error instanceof TemplateError)) throw error;
		throw new InputError([problem(`'${pattern}' is no pattern that can be read`)]);
	}
}

/** The regular expression of a shell's pattern; undefined for a plain name. */
function globBody(pattern: string): string | undefined {
	if (!/[*?[]/.test(pattern)) return undefined;
	const body = pattern.replaceAll(/\*|\?|\[!?\]?[^\]]*\]|[\s\S]/g, piece => {
		if (piece === '*') return '[\\s\\S]*';
		if (piece === '?') return '[\\s\\S]';
		if (piece.length > 1) return setOf(piece);
		return piece.replace(/[.+^${}()|\\[\]]/, '\\$&');
	});
	return `${body}$`;
}

/** `[a-f]`, or `[!a-f]` for all others. No other sign means anything within. */
function setOf(written: string): string {
	const [, not = '', characters = ''] = /^\[(!?)([\s\S]*)\]$/.exec(written) ?? [];
	return `[${not === '' ? '' : '^'}${characters.replaceAll(/[\\^[\]]/g, '\\$&')}]`;
}
