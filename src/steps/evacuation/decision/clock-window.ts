import {type ClockWindow, whyOutside, windowFaults} from '../../../schedule/clock-window.ts';
import type {Contradiction, PartBounds, Warning} from '../../step.ts';

/** The window by the clock of a task, if it has one. */
function clockWindowOf(window: unknown): ClockWindow | undefined {
	return typeof window === 'object' && window !== null ? (window as ClockWindow) : undefined;
}

/** What of a window does not go together; a window that holds expressions is looked at when their values are known. */
export function windowContradictions(window: unknown, isOpen: (value: unknown) => boolean): readonly Contradiction[] {
	const clock = isOpen(window) ? undefined : clockWindowOf(window);
	if (clock === undefined || Object.values(clock).some(isOpen)) return [];
	const hint = 'write {not_before: "22:00", until: "04:00"}, or both with date and zone: "2026-12-01T22:00+01:00"';
	return windowFaults(clock).map(({at, message}) => ({at: `window/${at}`, message, hint}));
}

/** When the moves of a task may begin. */
export function windowBounds(window: unknown): Pick<PartBounds, 'whyNotNow'> {
	const clock = clockWindowOf(window);
	return clock === undefined ? {} : {whyNotNow: (now, durationMs) => whyOutside(clock, now, durationMs)};
}

/** What a reviewer should know of a window, and of the time that the moves take. */
export function windowWarnings(window: unknown, wholeMs: number): readonly Warning[] {
	const clock = clockWindowOf(window);
	if (clock === undefined) return [];
	const {not_before: from, until, zone} = clock;
	const times = `${from === undefined ? '' : `from ${from} `}until ${until}${zone === undefined ? '' : ` (${zone})`}`;
	return [
		{
			about: 'window',
			text: `moves begin ${times} only, if they are expected to end in it; all take ${Math.ceil(wholeMs / 60_000)} min, an estimate`,
			remedy: 'what is left goes on in the next window: vacate resume RUN',
		},
	];
}
