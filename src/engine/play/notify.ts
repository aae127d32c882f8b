import type {PlayRun} from './play-state.ts';
import {titleFor} from './title.ts';

/** Of several handlers of a name the first is meant; of a topic, all. */
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
