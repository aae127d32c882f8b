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
		const difference = differenceOf(name.toLowerCase(), candidate.toLowerCase());
		if (difference < least) {
			best = candidate;
			least = difference;
		}
	}
	return best;
}

/** Two neighbours that are swapped are one slip of the finger, not two. */
function differenceOf(name: string, candidate: string): number {
	if (name.length !== candidate.length) return distance(name, candidate);
	const first = [...name].findIndex((character, index) => character !== candidate[index]);
	const swapped = `${name.slice(0, first)}${name[first + 1] ?? ''}${name[first] ?? ''}${name.slice(first + 2)}`;
	return first >= 0 && swapped === candidate ? 1 : distance(name, candidate);
}
