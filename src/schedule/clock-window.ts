/** When moves may begin and must have ended: times of day (`22:00`), or points in time (`2026-12-01T22:00+01:00`). */
export type ClockWindow = {
	readonly not_before?: string;
	readonly until: string;
	/** Of times of day: a name such as `Europe/Berlin`. The zone of this machine when left out. */
	readonly zone?: string;
};

const dayMinutes = 24 * 60;
const minuteMs = 60_000;

/** `22:00`. */
export const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/**
 * Why a move that takes so long may not begin now; undefined when it may.
 *
 * @param now Milliseconds since 1970.
 */
export function whyOutside(window: ClockWindow, now: number, durationMs: number): string | undefined {
	const {not_before: from, until} = window;
	const open = timeOfDay.test(until) ? openToday(window, now) : openOnce(window, now);
	if (open === undefined) {
		return from === undefined ? `the window ended at ${until}` : `it is not within the window from ${from} to ${until}`;
	}
	if (now + durationMs <= open) return undefined;
	return whyTooLong(durationMs, `the window ends at ${until}`);
}

/** `it is expected to take 90 s, and the window ends at 04:00`. */
export function whyTooLong(durationMs: number, end: string): string {
	return `it is expected to take ${Math.ceil(durationMs / 1000)} s, and ${end}`;
}

/** The end of the window, if it is open. */
function openOnce({not_before: from, until}: ClockWindow, now: number): number | undefined {
	const end = Date.parse(until);
	const isOpen = now < end && (from === undefined || now >= Date.parse(from));
	return isOpen ? end : undefined;
}

/** The end of a window that opens each day, if it is open. One that ends before it begins ends on the next day. */
function openToday({not_before: from = '00:00', until, zone}: ClockWindow, now: number): number | undefined {
	const clock = minutesAt(now, zone);
	const length = circle(minutesOf(until) - minutesOf(from)) || dayMinutes;
	const passed = circle(clock - minutesOf(from));
	if (passed >= length) return undefined;
	const end = now - (now % minuteMs) + (length - passed) * minuteMs;
	// In the night in which the clocks are set, the hour is an hour off: what the wall says then counts.
	const off = circle(minutesAt(end, zone) - minutesOf(until) + dayMinutes / 2) - dayMinutes / 2;
	return end - off * minuteMs;
}

function circle(minutes: number): number {
	return ((minutes % dayMinutes) + dayMinutes) % dayMinutes;
}

function minutesOf(text: string): number {
	const [hours = 0, minutes = 0] = text.split(':').map(Number);
	return hours * 60 + minutes;
}

/** What a clock on the wall shows, in minutes after midnight. */
function minutesAt(ms: number, zone: string | undefined): number {
	const options = {hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone} as const;
	return minutesOf(new Intl.DateTimeFormat('en-GB', options).format(new Date(ms)));
}

/** What is wrong with a window, by its key. */
export function windowFaults({not_before: from, until, zone}: ClockWindow): readonly {at: string; message: string}[] {
	const times = [
		{at: 'not_before', text: from},
		{at: 'until', text: until},
	];
	const invalid = times.flatMap(({at, text}) =>
		text === undefined || timeOfDay.test(text) || !Number.isNaN(Date.parse(text))
			? []
			: [{at, message: `${text} is not a time`}],
	);
	if (invalid.length > 0) return invalid;
	const isDaily = timeOfDay.test(until);
	if (from !== undefined && timeOfDay.test(from) !== isDaily) {
		return [{at: 'not_before', message: 'one time has a date, and the other has none'}];
	}
	if (isDaily && from === undefined) return [{at: 'until', message: 'a time of day requires `not_before`'}];
	if (!isDaily && from !== undefined && Date.parse(from) >= Date.parse(until)) {
		return [{at: 'until', message: 'the window ends before it begins'}];
	}
	return zone === undefined || isZone(zone) ? [] : [{at: 'zone', message: `${zone} is not a time zone`}];
}

function isZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat('en-GB', {timeZone: zone});
		return true;
	} catch {
		return false;
	}
}
