import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {sshKeygen} from '../../src/approval/ssh-keygen.ts';
import {statementText} from '../../src/approval/statement.ts';
import {evidenceText} from '../../src/store/evidence.ts';
import {checkApprovals} from '../../src/store/evidence-approvals.ts';
import {lineDigest, lineOf} from '../../src/store/journal-line.ts';
import {digestOf} from '../../src/store/plan-file.ts';
import {verifyEvidence} from '../../src/store/verify-evidence.ts';
import {evidenceVerdictText} from '../../src/views/evidence.ts';

const plan = readFileSync('test/views/plan/golden/plan.yml', 'utf8');
const seal = /^seal: (\S+)$/m.exec(plan)?.[1] ?? '';
const at = '2026-11-30T18:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'vacate-evidence-'));
const path = (name: string) => join(folder, name);
for (const name of ['bert', 'carl']) {
	spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
	writeFileSync(path(`${name}.signers`), `${name} ${readFileSync(path(`${name}.pub`), 'utf8')}`);
}
test.after.always(() => rmSync(folder, {recursive: true}));

/** An approval by bert, as the file has it. */
async function approvalOf(forSeal: string): Promise<string> {
	const statement = statementText({vacate_approval: 1, seal: forSeal, at});
	return `${JSON.stringify({statement, signature: await sshKeygen.sign(statement, path('bert'))})}\n`;
}

/** The evidence of a run that bert approved, according to its journal. */
function evidenceWith(approval: string): Buffer {
	const origin = {operator: 'root', controller: 'ctl1', at, approved_by: 'bert'};
	const first = lineOf(1, 7, {type: 'run', version: 3, run: 'r1', playbook: 'p.yml', origin}, undefined);
	const files = [{name: 'approvals/a.yml', digest: digestOf(approval)}];
	const second = lineOf(
		2,
		7,
		{type: 'provenance', tool: 'vacate test', plan: seal, files, hosts: []},
		lineDigest(first),
	);
	const parts = {'plan.yml': plan, 'approvals/a.yml': approval, 'journal.jsonl': first + second};
	return Buffer.from(
		evidenceText(
			{run: 'r1', made_by: 'vacate test', made_at: at},
			Object.entries(parts).map(([part, text]) => ({part, text})),
		),
	);
}

const bert = {allowedSigners: path('bert.signers')};
const missing = 'no valid signature of bert, whom the journal names as an approver';

test('the signature of an approver is verified, and who may sign must be known', async t => {
	const bytes = evidenceWith(await approvalOf(seal));
	t.deepEqual(verifyEvidence(bytes).faults, []);
	const found = await checkApprovals(bytes, bert, sshKeygen);
	t.deepEqual(found, {signed: [`approvals/a.yml: signed by bert at ${at}`], faults: [], unchecked: []});
	const unknown = await checkApprovals(bytes, undefined, sshKeygen);
	t.deepEqual(unknown.faults, []);
	t.deepEqual(unknown.unchecked, ['signatures: it is not known who may sign (use --allowed-signers FILE)']);
	const text = evidenceVerdictText('e.jsonl', {...verifyEvidence(bytes), ...unknown});
	t.regex(text, /^e\.jsonl is whole: .*^ {2}not verified: signatures: it is not known who may sign/ms);
});

test('a signature of someone else, for another plan, or under another statement is none of the approver', async t => {
	const good = await approvalOf(seal);
	for (const [approval, files, unchecked] of [
		[good, {allowedSigners: path('carl.signers')}, /^approvals\/a\.yml: its key is not in .*carl\.signers/],
		[good, {...bert, revokedKeys: path('bert.pub')}, /^approvals\/a\.yml: its key is revoked/],
		[await approvalOf('sha256:0'), bert, /^approvals\/a\.yml: signed by bert, for another plan$/],
		[good.replace('2026-11-30', '2026-11-29'), bert, /^approvals\/a\.yml: the signature is not valid/],
		['{}\n', bert, /^approvals\/a\.yml: this is not an approval$/],
	] as const) {
		const bytes = evidenceWith(approval);
		t.deepEqual(verifyEvidence(bytes).faults, [], 'the file itself was made anew');
		const found = await checkApprovals(bytes, files, sshKeygen);
		t.deepEqual(found.faults, [missing]);
		t.regex(found.unchecked[0] ?? '', unchecked);
		t.regex(evidenceVerdictText('e', {...verifyEvidence(bytes), ...found}), /^e is NOT valid evidence:\n {2}no valid/);
	}
});

test('one byte that is changed anywhere in evidence with signatures is found', async t => {
	const bytes = evidenceWith(await approvalOf(seal));
	fc.assert(
		fc.property(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), (index, by) => {
			const changed = Buffer.from(bytes);
			changed[index] = (bytes[index] ?? 0) ^ by;
			return verifyEvidence(changed).faults.length > 0;
		}),
		{numRuns: 30},
	);
	t.pass();
});
