import test from 'ava';
import {movesMayRunUntil} from '../../src/approval/policy-window.ts';

const calendar = (...events: readonly string[]) =>
	['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:t', ...events, 'END:VCALENDAR', ''].join('\r\n');

const event = (uid: string, ...lines: readonly string[]) =>
	['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');

/** Each night from 22:00 to 04:00 on the wall. */
const nights = calendar(
	event('n', 'SUMMARY:night', 'DTSTART:20261001T220000', 'DTEND:20261002T040000', 'RRULE:FREQ=DAILY'),
);
const longNight = calendar(event('l', 'SUMMARY:long', 'DTSTART:20261201T210000Z', 'DTEND:20261202T060000Z'));
const freeze = calendar(event('f', 'SUMMARY:freeze', 'DTSTART;VALUE=DATE:20261202', 'DTEND;VALUE=DATE:20261203'));
const zone = 'Europe/Berlin';

for (const [what, calendars, at, until] of [
	['in a night', {zone, allowed: [nights]}, '2026-12-01T22:30+01:00', '2026-12-02T04:00+01:00'],
	['in a night of summer', {zone, allowed: [nights]}, '2026-10-02T01:00+02:00', '2026-10-02T04:00+02:00'],
	['in the night that has an hour more', {zone, allowed: [nights]}, '2026-10-24T23:00+02:00', '2026-10-25T04:00+01:00'],
	['by day', {zone, allowed: [nights]}, '2026-12-01T12:00+01:00', 'closed'],
	['in two windows', {zone, allowed: [nights, longNight]}, '2026-12-01T22:30+01:00', '2026-12-02T06:00Z'],
	[
		'before a freeze in the night',
		{zone, allowed: [nights], frozen: [freeze]},
		'2026-12-01T22:30+01:00',
		'2026-12-02T00:00+01:00',
	],
	['in a freeze', {zone, frozen: [freeze]}, '2026-12-02T10:00+01:00', 'closed'],
	['after the last freeze', {zone, frozen: [freeze]}, '2026-12-04T10:00+01:00', undefined],
] as const) {
	test(`moves that begin ${what} may run until ${until}`, t => {
		const found = movesMayRunUntil(calendars, new Date(at));
		t.is(found, until === undefined || until === 'closed' ? until : Date.parse(until));
	});
}
