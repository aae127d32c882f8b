import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {policyWindow} from '../../src/cli/policy-window.ts';
import {PrerequisiteError} from '../../src/errors.ts';

const calendar = (...lines: readonly string[]) =>
	['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:t', ...lines, 'END:VCALENDAR', ''].join('\r\n');

const freeze = calendar(
	'BEGIN:VEVENT',
	'UID:f',
	'DTSTAMP:20260101T000000Z',
	'DTSTART:20261201T220000Z',
	'DTEND:20261202T040000Z',
	'END:VEVENT',
);

test('the calendars of a policy are read again before each move', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-window-'));
	const file = join(folder, 'freeze.ics');
	const read = {file: 'policy.yml', digest: 'd', policy: {calendars: {frozen: [file]}}};
	t.is(policyWindow(undefined), undefined);
	t.is(policyWindow({...read, policy: {}}), undefined);
	t.throws(() => policyWindow(read), {instanceOf: PrerequisiteError, message: /freeze\.ics cannot be read: ENOENT/});

	await writeFile(file, calendar());
	const whyNotNow = policyWindow(read);
	const now = Date.parse('2026-12-01T21:59:00Z');
	t.is(whyNotNow?.(now, 90_000), undefined);
	await writeFile(file, freeze);
	t.is(whyNotNow?.(now, 90_000), 'it is expected to take 90 s, and the policy allows moves until 2026-12-01T22:00:00Z');
	t.is(whyNotNow?.(now, 60_000), undefined);
	t.is(whyNotNow?.(now + 60_000, 1000), 'the calendars of the policy policy.yml do not allow it now');

	await rm(folder, {recursive: true});
	t.regex(whyNotNow?.(now, 1000) ?? '', /freeze\.ics cannot be read: ENOENT/);
});
