import type {Output, View} from './view.ts';

/** The events as JSON Lines; the first holds the version of the format. Messages for people go to `aside`. */
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

/** `JSON.stringify` leaves some control characters as they are; here they are escaped too. */
function jsonLine(data: object): string {
	return JSON.stringify(data).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, characters =>
		characters
			.split('')
			.map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
			.join(''),
	);
}
