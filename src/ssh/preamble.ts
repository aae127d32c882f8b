/** A login shell may print so much before the command's own output. */
export const longestPreamble = 64 * 1024;

/** The line of the marker is no longer than this. */
const longestLine = 4096;

/** Takes an output as it comes, and hands on what stands behind the line that begins with a marker and a space or end. */
export class Preamble {
	readonly #line: RegExp;
	readonly #begun: (rest: string) => void;
	readonly #more: (before: string) => void;
	#before: string | undefined = '';

	/**
	 * @param begun Called with the rest of the marker's line.
	 * @param more Called with all that came before it, each time that more of it has come.
	 */
	constructor(marker: string, begun: (rest: string) => void, more: (before: string) => void) {
		this.#line = new RegExp(`${marker}( .*)?\\n`, 'g');
		this.#begun = begun;
		this.#more = more;
	}

	/** The part of the text that is the command's own. */
	take(text: string): string {
		if (this.#before === undefined) return text;
		// Not from the start: a host that prints letter by letter would have all of it read for each.
		this.#line.lastIndex = Math.max(0, this.#before.length - longestLine);
		this.#before += text;
		const match = this.#line.exec(this.#before);
		if (match === null) {
			this.#more(this.#before);
			return '';
		}
		const own = this.#before.slice(match.index + match[0].length);
		this.#more(this.#before.slice(0, match.index));
		this.#before = undefined;
		this.#begun((match[1] ?? '').trim());
		return own;
	}

	/** What came when the marker never did: the login shell itself has failed. */
	rest(): string {
		return this.#before ?? '';
	}
}
