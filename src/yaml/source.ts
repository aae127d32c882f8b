import type {Position, Problem} from '../errors.ts';

/** The text of a user's file, and the offsets of its lines. */
export class YamlSource {
	readonly #lineStarts: readonly number[];

	constructor(
		readonly file: string,
		readonly text: string,
	) {
		const starts = [0];
		for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
		this.#lineStarts = starts;
	}

	/** The position of a character, by its offset in the text. */
	positionAt(offset: number): Position {
		let low = 0;
		let high = this.#lineStarts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
			else high = middle - 1;
		}
		return {file: this.file, line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1};
	}

	/** A problem at a position of this text. */
	problem(message: string, position: Position, hint?: string): Problem {
		const start = this.#lineStarts[position.line - 1] ?? 0;
		const end = this.text.indexOf('\n', start);
		const sourceLine = this.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
		return {
			message,
			position: {file: position.file, line: position.line, column: position.column},
			sourceLine,
			...(hint === undefined ? {} : {hint}),
		};
	}
}
