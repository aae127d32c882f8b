import type {Output, View} from './view.ts';

/** The events as JSON Lines; the first says which version of the format this is. Sentences for people go to `aside`. */
export function jsonView(output: Output, aside: Output): View {
	let first = true;
	return {
		on(event) {
			output.write(`${jsonLine(first ? {version: 1, ...event} : event)}\n`);
			first = false;
		},
		tell(text) {
			aside.write(`${text}\n`);
		},
		suspend: question => question(),
		async end() {},
	};
}

/** JSON leaves some of what moves a cursor as it is: here that is written as JSON may write any character. */
function jsonLine(data: object): string {
	return JSON.stringify(data).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, characters =>
		characters
			.split('')
			.map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
			.join(''),
	);
}
