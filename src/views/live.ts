import {Listr, type ListrRenderer} from 'listr2';
import {linesOf} from './lines.ts';
import {recapText} from './recap.ts';
import {Screen} from './screen.ts';
import type {View} from './view.ts';

/** A terminal, as far as the view needs it. */
export type Terminal = {write(text: string): unknown; readonly columns?: number; readonly rows?: number};

/** A person’s eye needs no more; each repaint costs. */
const repaintEveryMs = 100;

const control = '\u001B[';
const hideCursor = `${control}?25l`;
const showCursor = `${control}?25h`;
const clearBelow = `${control}0J`;

/**
 * Shows a run on a terminal: what has ended scrolls by, what runs stays in a window at the bottom. listr2 holds the run
 * as its one task and drives the renderer; its own renderers draw every task anew at each change and take minutes for a
 * thousand of them.
 */
export function liveView(terminal: Terminal, now: () => number = Date.now): View {
	const painter = new Painter(terminal, now);
	let finish: () => void = () => {};
	const run = new Promise<void>(resolve => {
		finish = resolve;
	});
	class Window implements ListrRenderer {
		static nonTTY = true;
		static rendererOptions: never;
		static rendererTaskOptions: never;
		render(): void {
			painter.start();
		}
		end(): void {
			painter.stop();
		}
	}
	const listr = new Listr([{title: 'run', task: () => run}], {renderer: Window, registerSignalListeners: false});
	const shown = listr.run();
	return {
		on(event) {
			painter.screen.on(event);
			for (const line of linesOf(event)) painter.print(line);
			if (event.type === 'run-ended') painter.print(`\n${recapText(event.recap)}`);
		},
		async end() {
			finish();
			await shown;
		},
	};
}

/** Keeps a window of lines at the bottom of a terminal, and prints others above it for good. */
class Painter {
	readonly screen = new Screen();
	readonly #terminal: Terminal;
	readonly #now: () => number;
	#above: string[] = [];
	#drawn = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(terminal: Terminal, now: () => number) {
		this.#terminal = terminal;
		this.#now = now;
	}

	start(): void {
		this.#terminal.write(hideCursor);
		this.#timer = setInterval(() => this.#paint(true), repaintEveryMs);
	}

	print(line: string): void {
		this.#above.push(line);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#paint(false);
		this.#terminal.write(showCursor);
	}

	#paint(withWindow: boolean): void {
		const {columns = 80, rows = 24} = this.#terminal;
		const window = withWindow ? this.screen.rows(columns - 1, rows - 1, this.#now()) : [];
		const up = this.#drawn === 0 ? '' : `${control}${this.#drawn}A`;
		const text = [...this.#above, ...window].map(line => `${line}\n`).join('');
		this.#terminal.write(`\r${up}${clearBelow}${text}`);
		this.#above = [];
		this.#drawn = window.length;
	}
}
