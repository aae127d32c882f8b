import ICAL from 'ical.js';

/** No calendar has more occurrences of an event until now. */
const mostOccurrences = 100_000;

/**
 * The summaries of the events of an iCalendar text that include a time.
 *
 * @param zone Of all-day events, and of times that name no zone of the calendar.
 * @throws Error for what is no calendar.
 */
export function eventsAt(text: string, now: Date, zone = 'UTC'): readonly string[] {
	const local = wallClock(now, zone);
	return eventsIn(text).flatMap(event => (isWithin(event, now, local) ? [event.summary ?? 'an event'] : []));
}

/** The events, each with its exceptions. */
function eventsIn(text: string): readonly ICAL.Event[] {
	const calendar = new ICAL.Component(ICAL.parse(text));
	for (const one of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(one);
	const events = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one));
	const exceptions = events.filter(event => event.isRecurrenceException());
	const others = events.filter(event => !event.isRecurrenceException());
	for (const event of others) {
		for (const other of exceptions) if (other.uid === event.uid) event.relateException(other);
	}
	return others;
}

/** When the events end in which a time lies, and when the first one after it begins. */
export type CalendarTimes = {readonly ends: readonly number[]; readonly next: number | undefined};

/**
 * @param zone As of `eventsAt`.
 * @throws Error for what is no calendar.
 */
export function timesAround(text: string, now: Date, zone = 'UTC'): CalendarTimes {
	const found = eventsIn(text).map(event => spansAround(event, now, zone));
	const starts = found.flatMap(({next}) => (next === undefined ? [] : [next]));
	return {ends: found.flatMap(({ends}) => ends), next: starts.length === 0 ? undefined : Math.min(...starts)};
}

function spansAround(event: ICAL.Event, now: Date, zone: string): CalendarTimes {
	const ends: number[] = [];
	const note = (start: ICAL.Time, end: ICAL.Time): number | undefined => {
		const [from, to] = [msOf(start, zone), msOf(end, zone)];
		if (from > now.getTime()) return from;
		if (to > now.getTime()) ends.push(to);
		return undefined;
	};
	if (!event.isRecurring()) return {next: note(event.startDate, event.endDate), ends};
	const occurrences = event.iterator();
	for (let count = 0; count < mostOccurrences; count++) {
		const occurrence = occurrences.next();
		if (occurrence === null || occurrence === undefined) break;
		const {startDate, endDate} = event.getOccurrenceDetails(occurrence);
		const next = note(startDate, endDate);
		if (next !== undefined) return {next, ends};
	}
	return {next: undefined, ends};
}

/** Milliseconds since 1970: a time without a zone is one on the wall of the given zone. */
function msOf(time: ICAL.Time, zone: string): number {
	if (!isFloating(time)) return time.toJSDate().getTime();
	const {year, month, day, hour, minute, second} = time;
	const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
	// Twice, as the zone may be another hour ahead at that time than at the first guess.
	const guess = asUtc - aheadMs(asUtc, zone);
	return asUtc - aheadMs(guess, zone);
}

function aheadMs(ms: number, zone: string): number {
	const {year, month, day, hour, minute, second} = wallClock(new Date(ms), zone);
	return Date.UTC(year, month - 1, day, hour, minute, second) - (ms - (ms % 1000));
}

function isFloating(time: ICAL.Time): boolean {
	return time.isDate || time.zone === ICAL.Timezone.localTimezone;
}

function isWithin(event: ICAL.Event, now: Date, local: ICAL.Time): boolean {
	const covers = (start: ICAL.Time, end: ICAL.Time) => !isAfter(start, now, local) && isAfter(end, now, local);
	if (!event.isRecurring()) return covers(event.startDate, event.endDate);
	const occurrences = event.iterator();
	for (let count = 0; count < mostOccurrences; count++) {
		const next = occurrences.next();
		if (next === null || next === undefined) return false;
		const {startDate, endDate} = event.getOccurrenceDetails(next);
		if (covers(startDate, endDate)) return true;
		if (isAfter(next, now, local)) return false;
	}
	return false;
}

/** Whether a time of the calendar is in the future. */
function isAfter(time: ICAL.Time, now: Date, local: ICAL.Time): boolean {
	return isFloating(time) ? time.compare(local) > 0 : time.toJSDate().getTime() > now.getTime();
}

/** The local time in a zone. */
function wallClock(now: Date, zone: string): ICAL.Time {
	const shown = new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short', timeStyle: 'medium'}).format(now);
	return ICAL.Time.fromDateTimeString(shown.replace(' ', 'T'));
}
