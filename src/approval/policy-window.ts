import {eventsAt, timesAround} from './calendar.ts';

/** The texts of the calendars of a policy; undefined where it names none. */
export type PolicyCalendars = {
	readonly zone?: string;
	readonly allowed?: readonly string[];
	readonly frozen?: readonly string[];
};

/**
 * Until when moves may run that begin from now on, in milliseconds since 1970: the end of the window that is open now, or
 * the beginning of the next freeze. `closed` outside windows and in a freeze; undefined where nothing ends it.
 */
export function movesMayRunUntil(
	{zone, allowed, frozen = []}: PolicyCalendars,
	now: Date,
): number | 'closed' | undefined {
	if (frozen.some(text => eventsAt(text, now, zone).length > 0)) return 'closed';
	const freezes = frozen.flatMap(text => timesAround(text, now, zone).next ?? []);
	if (allowed === undefined) return freezes.length === 0 ? undefined : Math.min(...freezes);
	const ends = allowed.flatMap(text => timesAround(text, now, zone).ends);
	return ends.length === 0 ? 'closed' : Math.min(Math.max(...ends), ...freezes);
}
