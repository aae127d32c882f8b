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
	const calendar = new ICAL.Component(ICAL.parse(text));
	for (const one of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(one);
	const events = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one));
	const local = wallClock(now, zone);
	return events
		.filter(event => !event.isRecurrenceException())
		.flatMap(event => {
			for (const other of events) {
				if (other.isRecurrenceException() && other.uid === event.uid) event.relateException(other);
			}
			return isWithin(event, now, local) ? [event.summary ?? 'an event'] : [];
		});
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
	const isFloating = time.isDate || time.zone === ICAL.Timezone.localTimezone;
	return isFloating ? time.compare(local) > 0 : time.toJSDate().getTime() > now.getTime();
}

/** The local time in a zone. */
function wallClock(now: Date, zone: string): ICAL.Time {
	const shown = new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short', timeStyle: 'medium'}).format(now);
	return ICAL.Time.fromDateTimeString(shown.replace(' ', 'T'));
}
