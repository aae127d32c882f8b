/** A word of a line, without its quotes. */
export type Word = {
	readonly text: string;
	/** The column of each of its characters in the line, from 0. */
	readonly columns: readonly number[];
	readonly start: number;
};

/** Why a line cannot be split, and where. */
export type Unclosed = {readonly message: string; readonly column: number};

/**
 * Splits a line like a shell, the way Ansible does (Python's `shlex`): words are separated by whitespace, quotes and
 * backslashes keep them together, `#` starts a comment anywhere outside quotes.
 */
export function splitWords(line: string): readonly Word[] | Unclosed {
	const words: Word[] = [];
	let word: {text: string; columns: number[]; start: number} | undefined;
	let at = 0;

	while (at < line.length) {
		const character = line.charAt(at);
		if (character === '#') break;
		if (/[ \t\r\n]/.test(character)) {
			finish();
			at += 1;
		} else if (character === '"' || character === "'") {
			const end = quoted(character);
			if (end < 0) return {message: `the ${character} is not closed`, column: at};
			at = end + 1;
		} else if (character === '\\') {
			if (at + 1 === line.length) return {message: 'nothing follows the backslash', column: at};
			take(line.charAt(at + 1), at);
			at += 2;
		} else {
			take(character, at);
			at += 1;
		}
	}
	finish();
	return words;

	/** Reads up to the closing quote and returns its index, or -1. A backslash is special only within double quotes. */
	function quoted(quote: string): number {
		begin();
		for (let next = at + 1; next < line.length; next++) {
			const character = line.charAt(next);
			if (character === quote) return next;
			const isEscape = quote === '"' && character === '\\' && (line[next + 1] === quote || line[next + 1] === '\\');
			if (isEscape) next += 1;
			take(line.charAt(next), next);
		}
		return -1;
	}

	function begin(): {text: string; columns: number[]; start: number} {
		word ??= {text: '', columns: [], start: at};
		return word;
	}

	function take(character: string, column: number): void {
		const open = begin();
		open.text += character;
		open.columns.push(column);
	}

	function finish(): void {
		if (word !== undefined) words.push(word);
		word = undefined;
	}
}
