/**
 * Splits a command line into words as a POSIX shell does, with quotes and backslashes but without expansions or
 * redirections.
 *
 * @throws SyntaxError for an unclosed quote.
 */
export function splitWords(line: string): readonly string[] {
	const words: string[] = [];
	const piece = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|([\s\S])/g;
	let word: string | undefined;
	for (const [whole, single, double, escaped, plain, stray] of line.matchAll(piece)) {
		if (stray !== undefined)
			throw new SyntaxError(stray === '\\' ? 'it ends with a backslash' : `a ${stray} is not closed`);
		const text = single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain;
		if (text !== undefined) word = (word ?? '') + text;
		else if (word !== undefined && /^\s/.test(whole)) {
			words.push(word);
			word = undefined;
		}
	}
	return word === undefined ? words : [...words, word];
}
