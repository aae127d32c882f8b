import {widthOf} from './columns.ts';
import type {Output} from './view.ts';

/** A terminal, as far as a view needs it: what Node’s `tty.WriteStream` is. */
export type Terminal = Output & {readonly columns?: number; readonly rows?: number; hasColors?(): boolean};

const control = '\u001B[';
const hideCursor = `${control}?25l`;
const showCursor = `${control}?25h`;
const clearBelow = `${control}0J`;
const clearRight = `${control}0K`;

/** Keeps a window of lines at the bottom of a terminal, and prints others above it for good. */
export class Painter {
	readonly #terminal: Terminal;
	#above: string[] = [];
	#drawn: readonly string[] = [];

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
	}

	start(): void {
		this.#terminal.write(hideCursor);
	}

	/** Prints a text above the window, with the next paint. */
	print(text: string): void {
		this.#above.push(text);
	}

	/** Draws the window, if it is another than the one that is there. Its lines must be narrower than the terminal. */
	paint(window: readonly string[]): void {
		const same = window.length === this.#drawn.length && window.every((line, index) => line === this.#drawn[index]);
		if (same && this.#above.length === 0) return;
		const height = this.#drawnHeight();
		const up = height === 0 ? '\r' : `\r${control}${height}A`;
		const printed = this.#above.length === 0 ? '' : `${clearBelow}${this.#above.join('\n')}\n`;
		// A line that is there already is stepped over.
		const there = printed === '' && height === this.#drawn.length ? this.#drawn : [];
		const drawn = window.map((line, index) => (line === there[index] ? '\n' : `${line}${clearRight}\n`)).join('');
		this.#terminal.write(`${up}${printed}${drawn}${clearBelow}`);
		this.#above = [];
		this.#drawn = window;
	}

	/** Takes the window away; what has been printed stays. */
	stop(): void {
		this.paint([]);
		this.#terminal.write(showCursor);
	}

	/** A terminal that has become narrower has wrapped the window’s lines. */
	#drawnHeight(): number {
		const {columns = 80} = this.#terminal;
		return this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
	}
}
