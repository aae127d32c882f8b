import {distance} from 'fastest-levenshtein';

/** "did you mean …?", if one of the known names is close enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
	const best = nearestName(name, known);
	return best === undefined ? undefined : `did you mean ${best}?`;
}

/** The closest known name, if at most a third of it differs. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
	let best: string | undefined;
	let least = Math.max(1, Math.floor(name.length / 3)) + 1;
	for (const candidate of known) {
		const difference = distance(name.toLowerCase(), candidate.toLowerCase());
		if (difference < least) {
			best = candidate;
			least = difference;
		}
	}
	return best;
}
