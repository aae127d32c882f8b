import {FailureList} from './failures.ts';
import {linesOf} from './lines.ts';
import {Painter, type Terminal} from './painter.ts';
import {colours, noColours} from './palette.ts';
import {recapText} from './recap.ts';
import {Screen} from './screen.ts';
import type {View} from './view.ts';

/** Ten repaints per second look smooth; more only cost time. */
const repaintEveryMs = 100;

/** The clock and the timer of the view; tests replace them. */
export type Rhythm = {
	now(): number;
	/** Calls `paint` at an interval, until the returned function is called. */
	every(milliseconds: number, paint: () => void): () => void;
};

const realRhythm: Rhythm = {
	now: Date.now,
	every(milliseconds, paint) {
		const timer = setInterval(paint, milliseconds);
		return () => clearInterval(timer);
	},
};

/** Events that the window shows and that are not printed above it. */
const inWindow: ReadonlySet<string> = new Set(['action-waiting', 'action-started']);

/**
 * Shows a run on a terminal: finished actions scroll by, running ones stay in a window at the bottom. listr2 holds the run
 * as a tree of its tasks, and the window draws that tree.
 */
export function liveView(terminal: Terminal, rhythm: Rhythm = realRhythm): View {
	const palette = terminal.hasColors?.() === true ? colours : noColours;
	const painter = new Painter(terminal);
	const failures = new FailureList();
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
			failures.on(event);
			if (event.type === 'play-started') painter.print('');
			if (!inWindow.has(event.type)) for (const line of linesOf(event, palette)) painter.print(line);
			if (event.type === 'run-ended') painter.print(`\n${recapText(event.recap, failures.all, palette)}`);
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
