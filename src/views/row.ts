import type {ActionName} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';
import {cut, padded, visible} from './columns.ts';
import {bytesText, elapsedText, rateText} from './format.ts';
import type {Palette} from './palette.ts';

/** An action in progress: the move of a guest, or other work on a host. */
export type Running = {
	readonly name: string;
	readonly does: {readonly route: string} | {readonly work: string};
	readonly since: number;
	readonly phase: string;
	readonly progress?: Progress;
};

export function startRunning({title, guest, to, host}: ActionName, since: number): Running {
	const moves = guest !== undefined && to !== undefined;
	const does = moves ? {route: visible(`${host} → ${to}`)} : {work: visible(title)};
	return {name: visible(moves ? guest : host), does, since, phase: ''};
}

/** One column of the window. */
type Column = {
	readonly width: number;
	/** A narrow terminal drops the columns of the highest rank first. */
	readonly rank: number;
	readonly side?: 'right';
	readonly style?: keyof Palette;
	text(running: Running, now: number): string;
};

const gap = 2;
const widestBar = 24;
const bar: Column = {width: 6, rank: 5, text: () => ''};
const elapsed: Column = {
	width: 11,
	rank: 1,
	side: 'right',
	style: 'dim',
	text: ({since}, now) => elapsedText(now - since),
};

const figures: readonly Column[] = [
	{width: 8, rank: 3, text: ({phase}) => phase},
	bar,
	{width: 5, rank: 1, side: 'right', text: ({progress}) => told(progress?.percent, value => `${Math.floor(value)} %`)},
	{width: 10, rank: 4, side: 'right', text: ({progress}) => told(progress?.bytesPerSecond, rateText)},
	{
		width: 13,
		rank: 6,
		side: 'right',
		text: ({progress}) => told(progress?.remainingBytes, value => `${bytesText(value)} left`),
	},
	elapsed,
	{width: 27, rank: 7, style: 'dim', text: ({progress}) => dirtyText(progress)},
];

/** Lays out all rows alike for a width: columns that do not fit are dropped, and the bar takes the remaining width. */
export function rowLayout(
	width: number,
	widths: {readonly name: number; readonly route: number},
	palette: Palette,
): (running: Running, now: number) => string {
	const name: Column = {width: widths.name, rank: 0, style: 'strong', text: running => running.name};
	const route: Column = {
		width: widths.route,
		rank: 2,
		text: ({does}) => ('route' in does ? does.route : ''),
	};
	const columns = fitting([name, route, ...figures], width - gap);
	const barWidth = Math.min(widestBar, bar.width + Math.max(0, width - gap - widthOfAll(columns)));
	const inBetween = columns.slice(1, columns.indexOf(elapsed));
	const work: Column = {
		width: widthOfAll(inBetween) + (inBetween.includes(bar) ? barWidth - bar.width : 0),
		rank: 0,
		text: ({does}) => ('work' in does ? does.work : ''),
	};
	return (running, now) => {
		const shown = 'work' in running.does ? [name, work, elapsed] : columns;
		const cells = shown.map(column => {
			if (column === bar) return barText(running.progress?.percent, barWidth, palette);
			const text = padded(cut(column.text(running, now), column.width), column.width, column.side);
			return column.style === undefined ? text : palette[column.style](text);
		});
		return cut(`${' '.repeat(gap)}${cells.join(' '.repeat(gap))}`, width);
	};
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
	const rank = Math.max(...columns.map(column => column.rank));
	if (widthOfAll(columns) <= width || rank <= 1) return columns;
	const fewer = columns.filter(column => column.rank < rank);
	return fitting(fewer, width);
}

function widthOfAll(columns: readonly Column[]): number {
	return columns.reduce((sum, column) => sum + column.width + gap, -gap);
}

function barText(percent: number | undefined, width: number, palette: Palette): string {
	if (percent === undefined) return ' '.repeat(width);
	const full = Math.min(width, Math.max(0, Math.floor((percent / 100) * width)));
	return palette.accent('━'.repeat(full)) + palette.dim('─'.repeat(width - full));
}

/** `dirties 22.0 MiB/s, pass 3`; for a throttled guest: `throttled 20 %, pass 5`. */
function dirtyText(progress: Progress | undefined): string {
	return [
		progress?.throttlePercent === undefined
			? told(progress?.dirtyBytesPerSecond, value => `dirties ${rateText(value)}`)
			: `throttled ${progress.throttlePercent} %`,
		told(progress?.iteration, value => `pass ${value}`),
	]
		.filter(text => text !== '')
		.join(', ');
}

function told(value: number | undefined, text: (value: number) => string): string {
	return value === undefined ? '' : text(value);
}
