/** The maximum output of a login shell before the command's own output. */
export const longestPreamble = 64 * 1024;

/** The maximum length of the marker's line. */
const longestLine = 4096;

/** Filters an output stream: passes on what follows the line that starts with the marker. */
export class Preamble {
	readonly #line: RegExp;
	readonly #begun: (rest: string) => void;
	readonly #more: (before: string) => void;
	#before: string | undefined = '';

	/**
	 * @param begun Called with the rest of the marker's line.
	 * @param more Called with everything before the marker, each time it grows.
	 */
	constructor(marker: string, begun: (rest: string) => void, more: (before: string) => void) {
		this.#line = new RegExp(`${marker}( .*)?\\n`, 'g');
		this.#begun = begun;
		this.#more = more;
	}

	/** The part of the text that belongs to the command. */
	take(text: string): string {
		if (this.#before === undefined) return text;
		// Not from the start: for a host that prints letter by letter, the search would take quadratic time.
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

	/** Everything received, if the marker never appeared: the login shell itself failed. */
	rest(): string {
		return this.#before ?? '';
	}
}
