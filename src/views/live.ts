import {FailureList} from './failures.ts';
import {linesOf} from './lines.ts';
import {Painter, type Terminal} from './painter.ts';
import {colours, noColours} from './palette.ts';
import {recapText} from './recap.ts';
import {Screen} from './screen.ts';
import type {View} from './view.ts';

/** A person’s eye needs no more; each repaint costs. */
const repaintEveryMs = 100;

/** When to paint. A test has its own. */
export type Rhythm = {
	now(): number;
	/** Calls `paint` every so often, until what it gives is called. */
	every(milliseconds: number, paint: () => void): () => void;
};

const realRhythm: Rhythm = {
	now: Date.now,
	every(milliseconds, paint) {
		const timer = setInterval(paint, milliseconds);
		return () => clearInterval(timer);
	},
};

/** What the window shows itself, and better. */
const inWindow: ReadonlySet<string> = new Set(['action-waiting', 'action-started']);

/**
 * Shows a run on a terminal: what has ended scrolls by, what runs stays in a window at the bottom. listr2 holds the run as
 * a tree of its tasks, and the window draws that tree.
 */
export function liveView(terminal: Terminal, rhythm: Rhythm = realRhythm): View {
	const palette = terminal.hasColors?.() === true ? colours : noColours;
	const painter = new Painter(terminal);
	const troubles = new FailureList();
	let questions = 0;
	let stop: () => void = () => {};
	const screen = new Screen(palette, {
		start() {
			painter.start();
			stop = rhythm.every(repaintEveryMs, () => {
				if (questions > 0) return;
				const {columns = 80, rows = 24} = terminal;
				painter.paint(screen.rows(columns - 1, rows - 1, rhythm.now()));
			});
		},
		stop() {
			stop();
			painter.stop();
		},
	});
	const shown = screen.tree.draw();
	return {
		on(event) {
			screen.on(event);
			troubles.on(event);
			if (event.type === 'play-started') painter.print('');
			if (!inWindow.has(event.type)) for (const line of linesOf(event, palette)) painter.print(line);
			if (event.type === 'run-ended') painter.print(`\n${recapText(event.recap, troubles.all, palette)}`);
		},
		tell(text) {
			painter.print(palette.notice(text));
		},
		async suspend(question) {
			if (questions++ === 0) painter.stop();
			try {
				return await question();
			} finally {
				if (--questions === 0) painter.start();
			}
		},
		async end() {
			screen.tree.close();
			await shown;
		},
	};
}
