import type {ActionName} from '../engine/events.ts';
import {cut, padded, visible} from './columns.ts';
import {limitText, weightText} from './lines.ts';
import type {Palette} from './palette.ts';

/** A waiting action, and the limit that it waits for. */
export type Waiting = {readonly action: ActionName; readonly limit: string; readonly weight?: number | undefined};

/** The maximum number of rows; the line of totals has the number of all waiting actions. */
const mostNamed = 5;

/** One row for each waiting action, as far as there is room: its move, and its limit. */
export function waitingRows(
	waiting: readonly Waiting[],
	widths: {readonly name: number; readonly route: number},
	room: number,
	palette: Palette,
): readonly string[] {
	const count = Math.min(room, mostNamed);
	if (count < 1 || waiting.length === 0) return [];
	const named = waiting.length > count ? waiting.slice(0, count - 1) : waiting;
	const rows = named.map(({action: {guest, host, to, title}, limit, weight}) => {
		const name = cut(padded(visible(guest ?? host), widths.name), widths.name);
		const does = guest === undefined || to === undefined ? visible(title) : visible(`${host} → ${to}`);
		return palette.dim(`  ${name}  ${padded(does, widths.route)}  waits for ${limitText(limit)}${weightText(weight)}`);
	});
	const more = waiting.length - named.length;
	return more === 0 ? rows : [...rows, palette.dim(`  and ${more} more waiting`)];
}
