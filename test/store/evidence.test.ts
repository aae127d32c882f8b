import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type {JournalEntry} from '../../src/engine/ports.ts';
import {type EvidencePart, evidenceText} from '../../src/store/evidence.ts';
import {lineDigest, lineOf} from '../../src/store/journal-line.ts';
import {digestOf} from '../../src/store/plan-file.ts';
import {verifyEvidence} from '../../src/store/verify-evidence.ts';
import {evidenceVerdictText} from '../../src/views/evidence.ts';

const plan = readFileSync('test/views/plan/golden/plan.yml', 'utf8');
const seal = /^seal: (\S+)$/m.exec(plan)?.[1] ?? '';
const approval = '{statement: "für", signature: none}\n';

/** The journal of a run that was killed, gone on with, and has a guest that failed and one that had drifted. */
const records: readonly JournalEntry[] = [
	{type: 'run', version: 3, run: 'r1', playbook: 'p.yml'},
	{
		type: 'provenance',
		tool: 'vacate test',
		plan: seal,
		policy: {file: '/etc/vacate/policy.yml', digest: digestOf('approvals: 1\n')},
		files: [{name: 'approvals/a.yml', digest: digestOf(approval)}],
		hosts: [{host: 'kvm1', libvirt: '9.0.0', qemu: '7.2.22'}],
	},
	{type: 'started', id: 'a', host: 'kvm1', step: 'migrate', action: {guest: 'wéb1'}},
	{type: 'resumed', by: 'process 2'},
	{type: 'failed', id: 'a', message: 'm'},
	{
		type: 'left',
		guest: 'db1',
		host: 'kvm1',
		reason: 'db1 is not as it was planned: memory 32 MiB, planned with 16 MiB',
	},
	{type: 'ended', exitCode: 4},
];

function journalOf(entries: readonly JournalEntry[]): string {
	const lines: string[] = [];
	for (const [index, record] of entries.entries()) {
		const before = lines.at(-1);
		lines.push(lineOf(index + 1, 7, record, before === undefined ? undefined : lineDigest(before)));
	}
	return lines.join('');
}

const subject = {run: 'r1', made_by: 'vacate test', made_at: '2026-11-30T18:00:00Z'};

function parts(changed: Readonly<Record<string, string>> = {}): readonly EvidencePart[] {
	const all = {'plan.yml': plan, 'approvals/a.yml': approval, 'journal.jsonl': journalOf(records), ...changed};
	return Object.entries(all).map(([part, text]) => ({part, text}));
}

const whole = evidenceText(subject, parts());

test('evidence that nobody has changed is whole, and says of what it is', t => {
	const verdict = verifyEvidence(Buffer.from(whole));
	t.deepEqual(verdict.faults, []);
	t.is(
		evidenceVerdictText('e.jsonl', verdict),
		`e.jsonl is whole: 3 parts, 7 records of the journal
  run r1, written by vacate test at 2026-11-30T18:00:00Z
  ${verdict.digest}
  Compare this digest with one that was kept elsewhere: anybody can write such a file anew.`,
	);
});

test('any one byte that is changed, added or removed is found', t => {
	const bytes = Buffer.from(whole);
	const isFound = (changed: Buffer) => verifyEvidence(changed).faults.length > 0;
	fc.assert(
		fc.property(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), (index, by) => {
			const changed = Buffer.from(bytes);
			changed[index] = (bytes[index] ?? 0) ^ by;
			const added = Buffer.concat([bytes.subarray(0, index), Buffer.from([by]), bytes.subarray(index)]);
			const removed = Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)]);
			return isFound(changed) && isFound(added) && isFound(removed);
		}),
		{numRuns: 300},
	);
	t.true(isFound(Buffer.alloc(0)));
	t.true(isFound(Buffer.from(whole + whole)));
});

for (const [name, change, fault] of [
	['the plan', whole.replace('month end', 'month and'), 'plan.yml was changed after the evidence was written'],
	[
		'an approval',
		whole.replace('signature: none', 'signature: some'),
		'approvals/a.yml was changed after the evidence was written',
	],
	['the journal', whole.replace('wéb1', 'wéb2'), 'journal.jsonl was changed after the evidence was written'],
	[
		'the subject',
		whole.replace('"run":"r1"', '"run":"r2"'),
		'the first or the last line was changed after the evidence was written',
	],
	[
		'the first line',
		whole.replace('vacate_evidence', 'vacate_evidenze'),
		'the first line was changed after the evidence was written',
	],
] as const) {
	test(`${name} that was changed is named`, t => {
		t.not(change, whole);
		const {faults} = verifyEvidence(Buffer.from(change));
		t.true(faults.includes(fault), faults.join('; '));
	});
}

const forged = [
	[
		'a record that was removed',
		{'journal.jsonl': journalOf(records).replace(/^.*"type":"left".*\n/m, '')},
		/^journal.jsonl:6: record 7 follows record 5/,
	],
	[
		'a record that was written anew',
		{
			'journal.jsonl': journalOf(records).replace(
				/^.*"type":"left".*\n/m,
				lineOf(6, 7, {type: 'resumed', by: 'x'}, '0'.repeat(64)),
			),
		},
		/^journal.jsonl:6: the line before it was changed/,
	],
	[
		'another plan',
		{'plan.yml': plan.replace(seal, `sha256:${'0'.repeat(64)}`)},
		/^plan.yml was changed after it was sealed$/,
	],
	['no approval', {'approvals/a.yml': ''}, /^approvals\/a.yml is not as the journal names it$/],
] as const;

for (const [name, changed, fault] of forged) {
	test(`evidence that was made anew with ${name} does not fit together`, t => {
		const {faults} = verifyEvidence(Buffer.from(evidenceText(subject, parts(changed))));
		t.is(faults.length, 1);
		t.regex(faults[0] ?? '', fault);
	});
}
