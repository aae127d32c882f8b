import type {Output, View} from './view.ts';

/** The events as JSON Lines; the first says which version of the format this is. */
export function jsonView(output: Output): View {
	let first = true;
	return {
		on(event) {
			output.write(`${JSON.stringify(first ? {version: 1, ...event} : event)}\n`);
			first = false;
		},
		async end() {},
	};
}
