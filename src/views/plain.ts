import {visible} from './columns.ts';
import {FailureList} from './failures.ts';
import {linesOf, progressText} from './lines.ts';
import {recapText} from './recap.ts';
import type {Output, View} from './view.ts';

/** The progress of a move is printed at this interval. */
const progressEveryMs = 10_000;

/** Lines for a log, each with the seconds since the start. */
export function plainView(output: Output): View {
	const failures = new FailureList();
	const told = new Map<string, number>();
	let begun: number | undefined;
	return {
		on(event) {
			begun ??= event.at;
			failures.on(event);
			const seconds = ((event.at - begun) / 1000).toFixed(1).padStart(7);
			if (event.type === 'action-progress') {
				const {id, title} = event.action;
				if (event.at - (told.get(id) ?? begun) < progressEveryMs) return;
				told.set(id, event.at);
				output.write(`${seconds}   ${visible(title)}: ${progressText(event.progress)}\n`);
				return;
			}
			for (const line of linesOf(event)) output.write(`${seconds} ${line}\n`);
			if (event.type === 'run-ended') output.write(`\n${recapText(event.recap, failures.all)}\n`);
		},
		tell(text) {
			output.write(`${text}\n`);
		},
		suspend: question => question(),
		async end() {},
	};
}
