import test from 'ava';
import {type ClockWindow, whyOutside, windowFaults} from '../../src/schedule/clock-window.ts';

const minute = 60_000;
const night: ClockWindow = {not_before: '22:00', until: '04:00', zone: 'Europe/Berlin'};
const once: ClockWindow = {not_before: '2026-12-01T22:00+01:00', until: '2026-12-02T04:00+01:00'};
const daily = 'it is not within the window from 22:00 to 04:00';
const dated = 'it is not within the window from 2026-12-01T22:00+01:00 to 2026-12-02T04:00+01:00';

for (const [what, window, at, minutes, why] of [
	['in the middle of a night', night, '2026-12-01T23:00+01:00', 60, undefined],
	['after midnight', night, '2026-12-02T01:00+01:00', 180, undefined],
	[
		'that ends a minute too late',
		night,
		'2026-12-02T01:00+01:00',
		181,
		'it is expected to take 10860 s, and the window ends at 04:00',
	],
	['a minute before the window', night, '2026-12-01T21:59+01:00', 1, daily],
	['when the window opens', night, '2026-12-01T22:00+01:00', 1, undefined],
	['when it has ended', night, '2026-12-02T04:00+01:00', 0, daily],
	['in the next night', night, '2026-12-02T22:30+01:00', 1, undefined],
	['in the night that has an hour more', night, '2026-10-24T23:00+02:00', 360, undefined],
	[
		'longer than the night that has an hour more',
		night,
		'2026-10-24T23:00+02:00',
		361,
		'it is expected to take 21660 s, and the window ends at 04:00',
	],
	[
		'longer than the night that has an hour less',
		night,
		'2026-03-28T23:00+01:00',
		241,
		'it is expected to take 14460 s, and the window ends at 04:00',
	],
	['before a window with a date', once, '2026-12-01T21:00+01:00', 1, dated],
	['within a window with a date', once, '2026-12-01T21:30:00Z', 1, undefined],
	['after a window with a date', once, '2026-12-02T03:00:00Z', 1, dated],
	['with an end and no beginning', {until: '2026-12-02T04:00:00Z'}, '2026-12-02T03:00:00Z', 60, undefined],
	[
		'past an end without a beginning',
		{until: '2026-12-02T04:00:00Z'},
		'2026-12-02T05:00:00Z',
		0,
		'the window ended at 2026-12-02T04:00:00Z',
	],
] as const) {
	test(`a move ${what} ${why === undefined ? 'begins' : 'does not begin'}`, t => {
		t.is(whyOutside(window, Date.parse(at), minutes * minute), why);
	});
}

for (const [window, message] of [
	[{until: '04:00'}, 'a time of day requires `not_before`'],
	[{not_before: '22:00', until: '2026-12-02T04:00:00Z'}, 'one time has a date, and the other has none'],
	[{not_before: '2026-12-02T04:00:00Z', until: '2026-12-01T04:00:00Z'}, 'the window ends before it begins'],
	[{until: '2026-13-02T04:00:00Z'}, '2026-13-02T04:00:00Z is not a time'],
	[{not_before: '22:00', until: '04:00', zone: 'Europe/Atlantis'}, 'Europe/Atlantis is not a time zone'],
] as const) {
	test(`a window is refused: ${message}`, t => {
		t.deepEqual(
			windowFaults(window).map(fault => fault.message),
			[message],
		);
	});
}

test('windows that hold are not refused', t => {
	for (const window of [night, once, {until: '2026-12-02T04:00:00Z'}]) t.deepEqual(windowFaults(window), []);
});
