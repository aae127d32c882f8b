import {readFileSync, writeFileSync} from 'node:fs';
import {DOMParser} from '@xmldom/xmldom';
import test from 'ava';
import {runReport} from '../../../src/cli/run-report.ts';
import type {JournalEntry} from '../../../src/engine/ports.ts';
import {replayJournal} from '../../../src/engine/recovery/replay.ts';
import {Decisions} from '../../../src/plan/document/decisions.ts';
import type {JournalLine} from '../../../src/store/journal-line.ts';
import {reportHtml} from '../../../src/views/report/html.ts';
import {reportJunit} from '../../../src/views/report/junit.ts';
import {reportMarkdown} from '../../../src/views/report/markdown.ts';
import type {RunReport} from '../../../src/views/report/model.ts';
import {reportText} from '../../../src/views/report/text.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {run} from '../../fakes/runner.ts';
import {FakeWorld} from '../../fakes/world.ts';
import {planOf} from '../../plan/planner.ts';
import {hasBrowser, lookAt} from '../plan/browser.ts';

const playbook = `- hosts: kvm1
  tasks:
    - {qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}}
    - {evacuate: {to: "compute:!kvm1", order: name, migrate: {max_downtime: 100 ms}}}
`;

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['app1', 'db|1 <b>*x*</b>', 'grown', 'mail1', 'web1']) world.guest('kvm1', name);
	return world;
}

const operator = {operator: 'root', sudo_user: 'anna', controller: 'ctl1', at: '2026-11-30T18:00:00Z'};
const origin = {...operator, ticket: 'CHG4711', reason: 'new firmware', override: 'the fan <fails>'};

/** A run in which a guest moved, one failed and was undone, one was killed under way, one had drifted and one was left out. */
async function eventfulRun(): Promise<RunReport> {
	const plan = await planOf(playbook, new FakeShell(newWorld()));
	const actions = plan.actions.map(action => (action.guest === 'web1' ? {...action, skip: 'month end'} : action));
	const world = newWorld();
	const {domains} = world.host('kvm1');
	const grown = [...domains.values()].find(({name}) => name === 'grown');
	if (grown !== undefined) domains.set(grown.uuid, {...grown, memoryKib: grown.memoryKib * 2});
	const held = {...plan, actions};
	const decisions = new Decisions(held, 'plan.yml');
	const provenance = {
		tool: 'vacate test',
		policy: {file: '/etc/vacate/policy.yml', digest: `sha256:${'0'.repeat(64)}`},
		files: [],
		hosts: [{host: 'kvm1', libvirt: '9.0.0', qemu: '7.2.22'}, {host: 'kvm2'}],
	};
	const {journal} = await run(playbook, {shell: new FakeShell(world), input: {decisions, origin, provenance}});
	const lines = timed(journal.records.flatMap(changed));
	const begun = lines.find(line => line.type === 'started' && line.id.endsWith('#app1'));
	const samples = [0, 1, 2, 3].map(second => ({
		at: (begun?.at ?? 0) + second * 1000,
		id: begun?.type === 'started' ? begun.id : '',
		phase: 'memory' as const,
		bytesPerSecond: 100_000_000 - second * 20_000_000,
		dirtyBytesPerSecond: second * 10_000_000,
	}));
	return runReport({lines, replay: replayJournal(lines), plan: held, samples});
}

/** The same record, or what it is in another story. */
function changed(record: JournalEntry): readonly JournalEntry[] {
	if (record.type === 'succeeded' && record.id.endsWith('#mail1')) return [];
	if (record.type !== 'succeeded' || !record.id.includes('#db')) return [record];
	const {id} = record;
	return [
		{type: 'failed', id, message: 'migration of <db> failed: no route to host'},
		{type: 'undo-started', id},
		{type: 'undone', id},
	];
}

function timed(records: readonly JournalEntry[]): readonly JournalLine[] {
	return records.map((record, index) => ({n: index + 1, at: 1_796_061_600_000 + index * 2500, ...record}));
}

const forms = [
	['report.txt', (report: RunReport) => `${reportText(report)}\n`],
	['report.md', reportMarkdown],
	['report.html', reportHtml],
	['report.xml', reportJunit],
] as const;

for (const [name, make] of forms) {
	// To look at what has changed and take it over: UPDATE_GOLDEN=1 npx ava build/test/views/report/report.test.js
	test(`the report of an eventful run as ${name}`, async t => {
		const file = `test/views/report/golden/${name}`;
		const text = make(await eventfulRun());
		if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(file, text);
		t.is(text, readFileSync(file, 'utf8'));
	});
}

test('a report says who moved, who did not and why, and where each guest is by the journal', async t => {
	const {moves, left, kept, hosts} = await eventfulRun();
	t.deepEqual(
		moves.map(({guest, outcome, where}) => `${guest} ${outcome} ${where}`),
		[
			'app1 moved kvm2',
			'db|1 <b>*x*</b> undone kvm1',
			'mail1 in progress kvm1 or kvm3: not settled',
			'grown not begun kvm1',
			'web1 left out kvm1',
		],
	);
	t.deepEqual(
		left.map(({guest}) => guest),
		['grown'],
	);
	t.deepEqual(
		kept.map(({host, copies}) => `${host} ${copies}`),
		['kvm1 1'],
	);
	t.true(hosts.find(({host}) => host === 'kvm2')?.after.guests.includes('app1'));
	t.false(hosts.find(({host}) => host === 'kvm1')?.after.guests.includes('app1'));
});

test('an override of the policy is the first warning in every form', async t => {
	const report = await eventfulRun();
	t.regex(reportText(report), /warnings\n {2}THE POLICY WAS OVERRIDDEN by root \(sudo: anna\)/);
	t.regex(reportMarkdown(report), /## Warnings\n\n- THE POLICY WAS OVERRIDDEN/);
	t.regex(reportHtml(report), /<ul class="warn">\n<li>THE POLICY WAS OVERRIDDEN/);
});

test('the report for test systems is well-formed, and a guest that did not move is a failure', async t => {
	const document = new DOMParser({
		onError: (_, message) => {
			throw new Error(message);
		},
	}).parseFromString(reportJunit(await eventfulRun()), 'text/xml');
	const [suite] = document.getElementsByTagName('testsuite');
	t.is(suite?.getAttribute('tests'), '5');
	t.is(suite?.getAttribute('failures'), '3');
	t.is(suite?.getAttribute('skipped'), '1');
	t.is(document.getElementsByTagName('failure').length, 3);
});

const looks = [
	['a wide window', 1280, false],
	['a telephone', 360, false],
	['a wide window in the dark', 1280, true],
] as const;

for (const [name, width, dark] of hasBrowser ? looks : []) {
	test.serial(`the page of a report breaks no rule of accessibility in ${name}`, t => {
		const page = readFileSync('test/views/report/golden/report.html', 'utf8');
		const {violations, passes, overflows, errors} = lookAt(page, width, dark);
		t.deepEqual(violations, []);
		t.deepEqual(errors, []);
		t.true(passes > 10, `${passes} rules were looked at`);
		t.false(overflows, 'nothing sticks out sideways');
	});
}
