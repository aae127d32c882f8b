import type {GuestReading} from '../lab/readings.ts';
import {tableText, visible} from './columns.ts';

/** The guests of the lab, one per line. */
export function readingsText(readings: readonly GuestReading[]): string {
	const rows = readings.map(({name, active, ticks, missing, restarted, written, onDisk}) => [
		visible(name),
		active.join(', ') || 'nowhere',
		String(ticks),
		String(missing),
		restarted ? 'yes' : 'no',
		String(written),
		onDisk === undefined ? '' : String(onDisk),
	]);
	const head = ['guest', 'runs on', 'ticks', 'missing', 'restarted', 'written', 'on disk'];
	return tableText([head, ...rows], new Set([2, 3, 5, 6]));
}
