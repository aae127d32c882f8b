import {InputError, type Problem} from '../errors.ts';
import {TemplateError} from '../template/error.ts';
import {bounded, regularExpression} from '../template/regex.ts';

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
	const position = {file: '', line: 1, column: 1};
	const refused = (message: string) => new InputError([problem(`'${pattern}' ${message}`)]);
	const {source, flags} = attempt(
		() => regularExpression(body, {}, position),
		refused('is no pattern that can be read'),
	);
	const expression = new RegExp(`^(?:${source})`, flags.replace('g', ''));
	const slow = refused('takes too long');
	return name => attempt(() => bounded(expression, name, position, () => expression.test(name)), slow);
}

function attempt<T>(work: () => T, otherwise: InputError): T {
	try {
		return work();
	} catch (error) {
		throw error instanceof TemplateError ? otherwise : error;
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
