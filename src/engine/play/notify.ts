import type {PlayRun} from './play-state.ts';
import {titleFor} from './title.ts';

/** The first handler of a name; all handlers of a topic. */
export function notifyHandlers(names: ReadonlySet<string>, host: string, run: PlayRun): void {
	const named = new Set<string>();
	for (const handler of run.play.handlers) {
		const title = titleFor(handler, host, run);
		const isFirst = !named.has(title);
		named.add(title);
		if (!(isFirst && names.has(title)) && !handler.listen.some(topic => names.has(topic))) continue;
		run.notified.set(host, (run.notified.get(host) ?? new Set()).add(handler));
	}
}
