import {InputError, type Problem} from '../errors.ts';
import {globWithSets} from '../glob/glob.ts';
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
	const position = {file: '', line: 1, column: 1};
	const refused = (message: string) => new InputError([problem(`'${pattern}' ${message}`)]);
	if (!pattern.startsWith('~')) {
		return /[*?[]/.test(pattern) ? attempt(() => globWithSets(pattern), refused('is not a valid pattern')) : undefined;
	}
	const {source, flags} = attempt(
		() => regularExpression(pattern.slice(1), {}, position),
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
		throw error instanceof TemplateError || error instanceof SyntaxError ? otherwise : error;
	}
}
