import {mkdtemp, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {Event} from '../../src/engine/events.ts';
import type {JournalEntry} from '../../src/engine/ports.ts';
import {readLog, recordLog} from '../../src/store/run-log.ts';
import {logText} from '../../src/views/log.ts';

const began = Date.parse('2026-11-30T22:59:50Z');
const action = {
	id: 'play1.task1@kvm1#web1',
	host: 'kvm1',
	step: 'migrate',
	title: 'web1 to kvm2',
	guest: 'web1',
	to: 'kvm2',
};

const events: readonly Event[] = [
	{at: began, type: 'run-started', run: 'r1', playbook: 'p.yml'},
	{at: began, type: 'play-started', play: 'Evacuate', hosts: ['kvm1']},
	{at: began + 1000, type: 'action-started', action, attempt: 1},
	{
		at: began + 41_000,
		type: 'action-ended',
		action,
		outcome: 'changed',
		durationMs: 40_000,
		result: {msg: 'arrived', stdout: 'long'},
	},
];

const samples = [2, 5, 12, 13, 35].map(second => ({
	at: began + second * 1000,
	id: action.id,
	phase: 'memory' as const,
	percent: second,
}));

const operator = {operator: 'root', controller: 'ctl1', at: '2026-11-30T23:00:20Z'};

const records: readonly JournalEntry[] = [
	{type: 'run', version: 3, run: 'r1', playbook: 'p.yml', origin: {...operator, at: '2026-11-30T22:59:50Z'}},
	{type: 'started', id: action.id, host: 'kvm1', step: 'migrate', action: {}},
	{type: 'abort-asked', origin: operator},
	{type: 'failed', id: action.id, message: 'line 1\nline 2'},
	{type: 'ended', exitCode: 4},
];

const timed = records.map((record, index) => ({at: began + index * 10_000, ...record}));

test('the log is the output as it was seen, with the time of day of each line', t => {
	t.is(
		logText({records: timed, events, samples}),
		`2026-11-30T22:59:50Z started by root on ctl1 at 2026-11-30T22:59:50Z
2026-11-30T22:59:50Z run r1: p.yml
2026-11-30T22:59:50Z play: Evacuate (kvm1)
2026-11-30T22:59:51Z   moving   web1 to kvm2
2026-11-30T23:00:02Z   web1 to kvm2: memory  12 %
2026-11-30T23:00:10Z abort requested by root on ctl1 at 2026-11-30T23:00:20Z
2026-11-30T23:00:25Z   web1 to kvm2: memory  35 %
2026-11-30T23:00:31Z   changed  web1 to kvm2 from kvm1 in 40.0 s
2026-11-30T23:00:31Z            arrived`,
	);
});

test('the log of a run whose events were not stored consists of the records of its journal', t => {
	t.is(
		logText({records: timed, events: [], samples: []}),
		`2026-11-30T22:59:50Z run r1: p.yml
2026-11-30T22:59:50Z started by root on ctl1 at 2026-11-30T22:59:50Z
2026-11-30T23:00:00Z   started  play1.task1@kvm1#web1: migrate on kvm1
2026-11-30T23:00:10Z abort requested by root on ctl1 at 2026-11-30T23:00:20Z
2026-11-30T23:00:20Z   failed   play1.task1@kvm1#web1: line 1\\nline 2
2026-11-30T23:00:30Z ended with exit code 4`,
	);
});

test('events are stored for their user only, without progress and without output that was not shown', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-log-'));
	t.teardown(() => rm(folder, {recursive: true}));
	t.deepEqual(await readLog(folder), []);
	const log = recordLog(folder);
	for (const event of events) log.on(event);
	log.on({at: began, type: 'action-progress', action, progress: {phase: 'memory'}});
	await log.close();
	const file = join(folder, 'events.jsonl');
	t.is(((await stat(file)).mode & 0o777).toString(8), '600');
	t.notRegex(await readFile(file, 'utf8'), /long|progress/);
	t.is(logText({records: [], events: await readLog(folder), samples: []}), logText({records: [], events, samples: []}));
});
