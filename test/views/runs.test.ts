import test from 'ava';
import {filterRuns, parseAge, type RunFilter} from '../../src/cli/options/run-filter.ts';
import {runSummary} from '../../src/cli/run-summary.ts';
import type {JournalEntry} from '../../src/engine/ports.ts';
import {cleanText} from '../../src/views/runs/clean.ts';
import {type ListedRun, runOutcome, whyKept} from '../../src/views/runs/model.ts';
import {runsData, runsText} from '../../src/views/runs/text.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

const playbook = `- hosts: kvm1
  tasks:
    - {evacuate: {to: "compute:!kvm1", order: name}}
`;

const began = Date.parse('2026-11-30T18:00:00Z');
const origin = {operator: 'root', sudo_user: 'admin1', controller: 'ctl1', at: '2026-11-30T18:00:00Z', ticket: 'CHG1'};

/** The records of a run that evacuates two guests, 2.5 s apart. */
async function recordsOf(): Promise<readonly JournalEntry[]> {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['db1', 'web1']) world.guest('kvm1', name);
	const {journal} = await run(playbook, {shell: new FakeShell(world), input: {origin}});
	return journal.records;
}

const summaryOf = (records: readonly JournalEntry[]) =>
	runSummary(records.map((record, index) => ({n: index + 1, at: began + index * 2500, ...record})));

const name = '20261130-180000-aaaa';

async function listed(records: readonly JournalEntry[], isAlive = false): Promise<ListedRun> {
	const summary = summaryOf(records);
	return {run: name, folder: `.vacate/runs/${name}`, outcome: runOutcome(summary, isAlive), summary};
}

const isOf = (record: JournalEntry, type: JournalEntry['type'], guest: string) =>
	record.type === type && 'id' in record && record.id.endsWith(`#${guest}`);

/** The records with those of one guest replaced by others. */
function withEnd(records: readonly JournalEntry[], guest: string, end: readonly string[], exitCode: number) {
	return records.flatMap((record): readonly JournalEntry[] => {
		if (record.type === 'ended') return [{type: 'ended', exitCode}];
		if (!isOf(record, 'succeeded', guest) || !('id' in record)) return [record];
		return end.map(type => ({type, id: record.id, message: 'no route to host'}) as JournalEntry);
	});
}

const brokenRun: ListedRun = {
	run: '20261129-180000-bbbb',
	folder: '.vacate/runs/20261129-180000-bbbb',
	outcome: 'unreadable',
	problem: 'journal.jsonl:2: the line is damaged',
};

test('a run says when, who, what, host, guests, outcome, time and ticket', async t => {
	const records = await recordsOf();
	t.is(
		runsText([await listed(records), brokenRun]),
		`run                   began                 by                   playbook  hosts   moved  outcome       took  ticket
20261130-180000-aaaa  2026-11-30T18:00:00Z  root (sudo: admin1)  play.yml  kvm1   2 of 2  done        12.5 s  CHG1
20261129-180000-bbbb                                                                      unreadable
20261129-180000-bbbb: journal.jsonl:2: the line is damaged`,
	);
	t.like(runsData([await listed(records)])[0], {
		run: name,
		outcome: 'done',
		exit_code: 0,
		operator: 'root',
		sudo_user: 'admin1',
		hosts: ['kvm1'],
		moved: ['db1', 'web1'],
		not_moved: [],
	});
	t.is(runsText([]), 'no runs');
});

/** What follows the start of the move of web1, and the exit code; then the outcome, and why the run must not be deleted. */
const outcomes = [
	[['failed', 'undo-started', 'undone'], 4, 'failed', undefined],
	[['stuck'], 5, 'stuck', `it has actions without an end; see: vacate status ${name}`],
	[['failed', 'undo-started', 'undone'], 6, 'incomplete', undefined],
	[['failed', 'undo-started', 'undone'], 130, 'interrupted', undefined],
] as const;

for (const [end, exitCode, outcome, why] of outcomes) {
	test(`web1: ${end.join(', ')}, exit code ${exitCode}: the run is ${outcome}`, async t => {
		const one = await listed(withEnd(await recordsOf(), 'web1', end, exitCode));
		t.is(one.outcome, outcome);
		t.deepEqual(one.summary?.moved, ['db1']);
		t.deepEqual(one.summary?.notMoved, ['web1']);
		t.is(whyKept(one), why);
	});
}

test('a run without an end is in progress or has died, and is never deleted', async t => {
	const records = (await recordsOf()).slice(0, -1);
	const alive = await listed(records, true);
	t.is(alive.outcome, 'in progress');
	t.is(whyKept(alive), `it is in progress; to stop it: vacate abort ${name}`);
	const dead = await listed(records);
	t.is(dead.outcome, 'died');
	t.is(whyKept(dead), `it died; to finish it: vacate resume ${name}`);
});

test('a run of which everything was undone is undone, and the time between is not counted', async t => {
	const records = await recordsOf();
	const undo = records
		.flatMap(record => (record.type === 'succeeded' ? [record.id] : []))
		.flatMap(id => [{type: 'undo-started', id} as const, {type: 'undone', id} as const]);
	const all: readonly JournalEntry[] = [
		...records,
		{type: 'resumed', by: 'process 2'},
		...undo,
		{type: 'ended', exitCode: 0},
	];
	const one = await listed(all);
	t.is(one.outcome, 'undone');
	t.deepEqual(one.summary?.moved, []);
	t.is(one.summary?.activeMs, (all.length - 2) * 2500);
});

test('what is deleted is shown with what is lost, and what is kept with the reason', async t => {
	const text = cleanText([await listed(await recordsOf()), brokenRun], '1d');
	t.regex(text, /^to delete:\nrun .*\n20261130-180000-aaaa /);
	t.regex(text, /kept: 20261129-180000-bbbb: its journal cannot be read: journal\.jsonl:2: the line is damaged/);
	t.regex(text, /can then no longer be brought home with `vacate return` or `vacate undo`/);
	t.is(cleanText([], '1d'), 'no ended run is older than 1d');
});

/** A condition, and whether the run of the tests meets it. */
const filters: readonly (readonly [RunFilter, boolean])[] = [
	[{host: 'kvm*'}, true],
	[{host: 'kvm2'}, false],
	[{guest: 'web?'}, true],
	[{guest: 'mail1'}, false],
	[{operator: 'admin1'}, true],
	[{operator: 'root'}, true],
	[{operator: 'admin2'}, false],
	[{ticket: 'CHG*'}, true],
	[{ticket: 'CHG2'}, false],
	[{outcome: 'done'}, true],
	[{outcome: 'failed'}, false],
	[{since: '2026-11-30'}, true],
	[{since: '2026-11-30T18:00'}, true],
	[{since: '2026-11-30T18:01'}, false],
	[{since: '2 h'}, true],
	[{since: '30min'}, false],
	[{host: 'kvm1', guest: 'mail1'}, false],
];

for (const [filter, isMet] of filters) {
	test(`${JSON.stringify(filter)} ${isMet ? 'lists' : 'leaves out'} the run`, async t => {
		const runs = [await listed(await recordsOf()), brokenRun];
		const found = filterRuns(runs, filter, began + 3_600_000);
		t.deepEqual(
			found.map(one => one.run),
			isMet ? [name] : [],
		);
	});
}

test('a time or an age that cannot be read is an error that names its option', t => {
	for (const since of ['soon', '2026-13-45', '2026-11-30 18:00']) {
		t.throws(() => filterRuns([], {since}, began), {message: /--since: .* is not a time/});
	}
	t.throws(() => parseAge('--older-than', '30'), {message: /--older-than: "30" is not an age/});
});
