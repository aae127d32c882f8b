import {spawnSync} from 'node:child_process';
import {chmod, copyFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {sshKeygen} from '../../src/approval/ssh-keygen.ts';
import {statementText} from '../../src/approval/statement.ts';
import {demandApproval} from '../../src/cli/gate.ts';
import {InputError, PrerequisiteError} from '../../src/errors.ts';
import {writeApproval} from '../../src/store/approval-files.ts';
import {readAnyPlan} from '../../src/store/plan-file.ts';
import {readPolicy} from '../../src/store/policy-file.ts';
import {approvalsText} from '../../src/views/approvals.ts';

const origin = {operator: 'root', sudo_user: 'anna', controller: 'ctl1', at: '2026-11-30T18:00:00Z', ticket: 'CHG1'};

test.serial.beforeEach(() => {
	delete process.env.VACATE_POLICY;
});

/** A plan in a folder of its own, a policy that holds, and a key that may approve. */
async function rig(policy: string) {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-gate-'));
	const path = (name: string) => join(folder, name);
	const file = path('plan.yml');
	await copyFile('test/views/plan/golden/plan.yml', file);
	spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('bert')]);
	await writeFile(path('signers'), `bert ${await readFile(path('bert.pub'), 'utf8')}`);
	await writeFile(path('policy.yml'), policy, {mode: 0o644});
	process.env.VACATE_POLICY = path('policy.yml');
	const {plan} = await readAnyPlan(file);
	const approve = async (seal = plan.seal) => {
		const statement = statementText({vacate_approval: 1, seal, at: origin.at});
		await writeApproval(file, statement, await sshKeygen.sign(statement, path('bert')));
	};
	return {path, file, plan, approve, remove: () => rm(folder, {recursive: true})};
}

const refused = {instanceOf: PrerequisiteError};

test.serial('without a policy nothing is asked for', async t => {
	const {plan} = await readAnyPlan('test/views/plan/golden/plan.yml');
	t.is(await demandApproval(await readPolicy(), {plan, origin}), origin);
	const error = await t.throwsAsync(demandApproval(await readPolicy(), {plan, origin, override: 'haste'}), refused);
	t.is(error?.message, 'no policy is configured that could be overridden');
});

test.serial('a plan is carried out when it is approved, and who approved it is kept', async t => {
	const {path, file, plan, approve, remove} = await rig('approvals: 1\nallowed_signers: signers\n');
	const none = await t.throwsAsync(demandApproval(await readPolicy(), {plan, file, origin}), refused);
	t.is(none?.message, `policy ${path('policy.yml')} does not allow this plan: the plan has 0 of 1 approvals`);
	t.is(none?.remedy, `vacate approvals ${file}`);
	await approve(`sha256:${'2'.repeat(64)}`);
	await t.throwsAsync(demandApproval(await readPolicy(), {plan, file, origin}), refused, 'another plan was approved');
	await approve();
	t.deepEqual(await demandApproval(await readPolicy(), {plan, file, origin}), {...origin, approved_by: 'bert'});
	const loose = await t.throwsAsync(
		demandApproval(await readPolicy(), {plan, origin}),
		refused,
		'a run without a file has no approvals',
	);
	t.regex(loose?.remedy ?? '', /^vacate plan PLAYBOOK -o PLAN; vacate approve PLAN; vacate apply PLAN$/);
	await remove();
});

test.serial(
	'a program of the policy reads the plan and refuses it; an override is kept where it is allowed',
	async t => {
		const program = '[sh, -c, "grep -q vacate_plan && { echo too many guests; exit 1; }"]';
		const {path, file, plan, remove} = await rig(`programs: [${program}]\n`);
		const error = await t.throwsAsync(demandApproval(await readPolicy(), {plan, file, origin}), refused);
		t.regex(error?.message ?? '', /does not allow this plan: sh rejects the plan: too many guests$/);
		const vain = await t.throwsAsync(
			demandApproval(await readPolicy(), {plan, file, origin, override: 'fire'}),
			refused,
		);
		t.regex(vain?.message ?? '', /; the policy does not allow --override$/);
		await writeFile(path('policy.yml'), `programs: [${program}]\noverride: true\n`);
		t.deepEqual(await demandApproval(await readPolicy(), {plan, file, origin, override: 'fire'}), {
			...origin,
			override: 'fire',
		});
		await remove();
	},
);

test.serial('a policy that others may write, or that is none, is refused with its place', async t => {
	const {path, remove} = await rig('approvals: 1\n');
	const error = await t.throwsAsync(readPolicy(), {instanceOf: InputError});
	t.is(error?.problems[0]?.message, 'approvals require allowed_signers');
	await writeFile(path('policy.yml'), 'aprovals: 1\n');
	const typo = await t.throwsAsync(readPolicy(), {instanceOf: InputError});
	t.is(typo?.problems[0]?.message, "unknown key 'aprovals'");
	await chmod(path('policy.yml'), 0o666);
	const loose = await t.throwsAsync(readPolicy(), refused);
	t.regex(loose?.message ?? '', /^the policy .* is writable by other users than its owner$/);
	await remove();
});

test('approvals are told with why they count or not', t => {
	const statement = {vacate_approval: 1, seal: 's', at: origin.at} as const;
	const text = approvalsText({
		policy: '/etc/vacate/policy.yml',
		approvals: [
			{statement, signer: 'bert', why: undefined},
			{statement, signer: undefined, why: 'the key\u001b[31m is revoked'},
		],
		blockers: ['the plan has 1 of 2 approvals'],
	});
	t.regex(text, /^bert +2026-11-30T18:00:00Z +valid$/m);
	t.regex(text, /the key\\u\{1b\}\[31m is revoked/);
	t.regex(text, /does not allow this plan:\n {2}the plan has 1 of 2 approvals$/);
	t.is(
		approvalsText({policy: null, approvals: [], blockers: []}),
		'no approvals\n\nno policy is configured: no approval is required',
	);
});
