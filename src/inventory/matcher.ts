import {InputError, type Problem} from '../errors.ts';
import {TemplateError} from '../template/error.ts';
import {bounded, regularExpression} from '../template/regex.ts';

/**
 * Compiles a pattern that can match several names: `~` followed by a regular expression, matched from the beginning of
 * a name, or a glob, matched against the whole name. Returns undefined for a plain name.
 *
 * @throws InputError for an invalid regular expression.
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
		refused('is not a valid regular expression'),
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

/** Converts a glob to a regular expression; undefined for a plain name. */
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

/** `[a-f]`, or `[!a-f]` for the complement. Other characters in it have no special meaning. */
function setOf(written: string): string {
	const [, not = '', characters = ''] = /^\[(!?)([\s\S]*)\]$/.exec(written) ?? [];
	return `[${not === '' ? '' : '^'}${characters.replaceAll(/[\\^[\]]/g, '\\$&')}]`;
}
