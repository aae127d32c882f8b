import {widthOf} from './columns.ts';
import {elapsedText, rateText} from './format.ts';
import {limitText} from './lines.ts';
import type {Palette} from './palette.ts';

/** The totals of a run. */
export type Totals = {
	/** For each guest that is to move: has it? */
	readonly moves: readonly boolean[];
	/** Bytes a second of each action in progress; 0 for one that copies nothing. */
	readonly rates: readonly number[];
	/** For each action that waits: the limit that holds it. */
	readonly limits: readonly string[];
	readonly ended: number;
	readonly failed: number;
	readonly elapsedMs: number;
};

/** `4 of 12 moved · 3 in progress · 1 failed · 5 waiting for limit total · 210 MiB/s · 1 min 12 s`, if there is room. */
export function totalsText(totals: Totals, width: number, palette: Palette): string {
	const whole = lineOf(totals, waitingText(totals.limits), palette);
	return widthOf(whole) <= width ? whole : lineOf(totals, `${totals.limits.length} waiting`, palette);
}

function lineOf({moves, rates, limits, ended, failed, elapsedMs}: Totals, waiting: string, palette: Palette): string {
	const rate = rates.reduce((sum, one) => sum + one, 0);
	return [
		moves.length === 0 ? `${ended} done` : `${moves.filter(has => has).length} of ${moves.length} moved`,
		...(rates.length === 0 ? [] : [`${rates.length} in progress`]),
		...(failed === 0 ? [] : [palette.bad(`${failed} failed`)]),
		...(limits.length === 0 ? [] : [waiting]),
		...(rate === 0 ? [] : [rateText(rate)]),
		elapsedText(elapsedMs),
	].join(palette.dim(' · '));
}

/** `3 waiting for limit total`, or `3 waiting (2 for limit per_source of kvm1, 1 for limit total)`. */
function waitingText(limits: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const limit of limits) counts.set(limit, (counts.get(limit) ?? 0) + 1);
	const [only, ...others] = counts.keys();
	if (only !== undefined && others.length === 0) return `${limits.length} waiting for ${limitText(only)}`;
	const each = [...counts].map(([limit, count]) => `${count} for ${limitText(limit)}`);
	return `${limits.length} waiting (${each.join(', ')})`;
}
