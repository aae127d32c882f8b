import {InputError, type Problem} from '../errors.ts';
import {globWithSets} from '../glob/glob.ts';
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
	const position = {file: '', line: 1, column: 1};
	const refused = (message: string) => new InputError([problem(`'${pattern}' ${message}`)]);
	const unreadable = refused('is no pattern that can be read');
	if (!pattern.startsWith('~'))
		return /[*?[]/.test(pattern) ? attempt(() => globWithSets(pattern), unreadable) : undefined;
	const {source, flags} = attempt(() => regularExpression(pattern.slice(1), {}, position), unreadable);
	const expression = new RegExp(`^(?:${source})`, flags.replace('g', ''));
	const slow = refused('takes too long');
	return name => attempt(() => bounded(expression, name, position, () => expression.test(name)), slow);
}

function attempt<T>(work: () => T, otherwise: InputError): T {
	try {
		return work();
	} catch (error) {
		throw error instanceof TemplateError || error instanceof SyntaxError ? otherwise : error;
	}
}
