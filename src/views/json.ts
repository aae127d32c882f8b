import type {Output, View} from './view.ts';

/** The events as JSON Lines; the first says which version of the format this is. Sentences for people go to `aside`. */
export function jsonView(output: Output, aside: Output): View {
	let first = true;
	return {
		on(event) {
			output.write(`${JSON.stringify(first ? {version: 1, ...event} : event)}\n`);
			first = false;
		},
		tell(text) {
			aside.write(`${text}\n`);
		},
		aside: question => question(),
		async end() {},
	};
}
