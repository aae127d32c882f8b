import {widthOf} from './columns.ts';
import type {Output} from './view.ts';

/** The part of Node’s `tty.WriteStream` that a view needs. */
export type Terminal = Output & {readonly columns?: number; readonly rows?: number; hasColors?(): boolean};

const control = '\u001B[';
const hideCursor = `${control}?25l`;
const showCursor = `${control}?25h`;
const clearBelow = `${control}0J`;
const clearRight = `${control}0K`;

/** Keeps a window of lines at the bottom of a terminal, and prints permanent lines above it. */
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

	/** Prints a text above the window at the next repaint. */
	print(text: string): void {
		this.#above.push(text);
	}

	/** Draws the window if it has changed. Its lines must be narrower than the terminal. */
	paint(window: readonly string[]): void {
		const same = window.length === this.#drawn.length && window.every((line, index) => line === this.#drawn[index]);
		if (same && this.#above.length === 0) return;
		const height = this.#drawnHeight();
		const up = height === 0 ? '\r' : `\r${control}${height}A`;
		const printed = this.#above.length === 0 ? '' : `${clearBelow}${this.#above.join('\n')}\n`;
		// An unchanged line is skipped.
		const there = printed === '' && height === this.#drawn.length ? this.#drawn : [];
		const drawn = window.map((line, index) => (line === there[index] ? '\n' : `${line}${clearRight}\n`)).join('');
		this.#terminal.write(`${up}${printed}${drawn}${clearBelow}`);
		this.#above = [];
		this.#drawn = window;
	}

	/** Removes the window; printed lines stay. */
	stop(): void {
		this.paint([]);
		this.#terminal.write(showCursor);
	}

	/** The rows that the window fills: a terminal that has become narrower has wrapped its lines. */
	#drawnHeight(): number {
		const {columns = 80} = this.#terminal;
		return this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
	}
}
