import {spawnSync} from 'node:child_process';
import {copyFile, cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {sshKeygen} from '../../src/approval/ssh-keygen.ts';
import {statementText} from '../../src/approval/statement.ts';
import {judge} from '../../src/approval/verdict.ts';
import {demandApproval, situationOf} from '../../src/cli/gate.ts';
import {PrerequisiteError} from '../../src/errors.ts';
import {writeApproval} from '../../src/store/approval-files.ts';
import {readAnyPlan} from '../../src/store/plan-file.ts';
import {writeOrigin} from '../../src/store/plan-origin.ts';
import {readPolicy} from '../../src/store/policy-file.ts';

/** Two approvers who neither plan nor apply, the ticket of a change, and calendars. */
const policyText = `approvals: 2
allowed_signers: signers
revoked_keys: revoked
not_by: [planner, applier]
ticket: CHG\\d+
calendars: {allowed: [allowed.ics], frozen: [frozen.ics]}
`;

const always = ['20200101T000000Z', '21000101T000000Z'] as const;
const longAgo = ['20200101T000000Z', '20200102T000000Z'] as const;

function calendar(summary: string, [from, to]: readonly [string, string]): string {
	const event = ['BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20200101T000000Z', `SUMMARY:${summary}`];
	const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:t', ...event, `DTSTART:${from}`, `DTEND:${to}`];
	return [...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}

function keygen(...args: readonly string[]): void {
	const {status, stderr} = spawnSync('ssh-keygen', ['-q', ...args], {encoding: 'utf8', input: ''});
	if (status !== 0) throw new Error(stderr);
}

const at = '2026-11-30T18:00:00Z';
const originOf = (operator: string, ticket?: string) => ({
	operator: 'root',
	sudo_user: operator,
	controller: 'ctl1',
	at,
	...(ticket === undefined ? {} : {ticket}),
});

type Terms = {
	readonly seal?: string;
	readonly ticket?: string;
	readonly reason?: string;
	readonly not_before?: string;
	readonly until?: string;
};

/** The keys are made once. */
const keysOnce = makeKeys();

async function makeKeys(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-matrix-keys-'));
	const path = (name: string) => join(folder, name);
	for (const name of ['anna', 'bert', 'authority', 'carl', 'former']) {
		keygen('-t', 'ed25519', '-N', '', '-C', name, '-f', path(name));
	}
	keygen('-s', path('authority'), '-I', 'carl', '-n', 'carl', '-V', 'always:forever', path('carl.pub'));
	return folder;
}

test.after.always(async () => rm(await keysOnce, {recursive: true, force: true}));

/** A plan by anna with a policy, and the keys of those who may approve it: carl has a certificate. */
async function rig(t: ExecutionContext) {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-matrix-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	const path = (name: string) => join(folder, name);
	const write = (name: string, text: string) => writeFile(path(name), text, {mode: 0o644});
	await cp(await keysOnce, folder, {recursive: true});
	const publicKey = (name: string) => readFile(path(`${name}.pub`), 'utf8');
	await write(
		'signers',
		`anna ${await publicKey('anna')}bert ${await publicKey('bert')}carl cert-authority ${await publicKey('authority')}`,
	);
	await write('revoked', await publicKey('former'));
	await write('allowed.ics', calendar('change window', always));
	await write('frozen.ics', calendar('year end', longAgo));
	await write('policy.yml', policyText);
	process.env.VACATE_POLICY = path('policy.yml');
	const file = path('plan.yml');
	await copyFile('test/views/plan/golden/plan.yml', file);
	const {plan} = await readAnyPlan(file);
	await writeOrigin(file, plan.seal, originOf('anna'));
	const approve = async (who: string, {seal = plan.seal, ...terms}: Terms = {}) => {
		const statement = statementText({vacate_approval: 1, seal, at, ...terms});
		const key = path(who === 'carl' ? 'carl-cert.pub' : who);
		await writeApproval(file, statement, await sshKeygen.sign(statement, key));
	};
	const apply = async (who = 'emil', ticket = 'CHG1', override?: string) =>
		demandApproval(await readPolicy(), {plan, file, origin: originOf(who, ticket), override});
	/** Why approvals do not count. */
	const faults = async (who = 'emil', ticket = 'CHG1') => {
		const {policy = {}} = (await readPolicy()) ?? {};
		const situation = await situationOf(policy, {plan, file, origin: originOf(who, ticket)});
		return judge(policy, situation).flatMap(({why}) => why ?? []);
	};
	return {path, write, approve, apply, faults};
}

type Rig = Awaited<ReturnType<typeof rig>>;

/** What differs from a plan that two others have approved, and what is said then. */
type Refusal = {
	readonly title: string;
	readonly approvals: readonly (readonly [string, Terms?])[];
	readonly change?: (rig: Rig) => Promise<unknown>;
	readonly by?: readonly [string, string];
	readonly says: string;
	/** Why an approval does not count. */
	readonly fault?: RegExp;
};

const both = [['bert'], ['carl']] as const;

const refusals: readonly Refusal[] = [
	{title: 'without approvals', approvals: [], says: 'the plan has 0 of 2 approvals'},
	{title: 'with one approval', approvals: [['bert']], says: 'the plan has 1 of 2 approvals'},
	{
		title: 'with two approvals by one person',
		approvals: [['bert'], ['bert', {reason: 'again'}]],
		says: 'the plan has 1 of 2 approvals',
	},
	{
		title: 'with an approval of another plan',
		approvals: [['bert'], ['carl', {seal: `sha256:${'2'.repeat(64)}`}]],
		says: 'the plan has 1 of 2 approvals',
		fault: /^the approval is for another plan$/,
	},
	{
		title: 'with an approval that has expired',
		approvals: [['bert'], ['carl', {until: '2020-01-01T00:00:00Z'}]],
		says: 'the plan has 1 of 2 approvals',
		fault: /^the approval expired at 2020-01-01T00:00:00Z$/,
	},
	{
		title: 'with an approval that is not yet valid',
		approvals: [['bert'], ['carl', {not_before: '2100-01-01T00:00:00Z'}]],
		says: 'the plan has 1 of 2 approvals',
		fault: /^the approval is not valid before 2100-01-01T00:00:00Z$/,
	},
	{
		title: 'with an approval by a key that was revoked',
		approvals: both,
		change: ({path}) => copyFile(path('bert.pub'), path('revoked')),
		says: 'the plan has 1 of 2 approvals',
		fault: /^its key is revoked by .*revoked$/,
	},
	{
		title: 'with an approval by certificate whose authority was revoked',
		approvals: both,
		change: ({path}) => copyFile(path('authority.pub'), path('revoked')),
		says: 'the plan has 1 of 2 approvals',
		fault: /^its key is revoked by .*revoked$/,
	},
	{
		title: 'with an approval by a key that is not allowed',
		approvals: [['bert'], ['former']],
		says: 'the plan has 1 of 2 approvals',
		fault: /^its key is not in .*signers, or has expired/,
	},
	{
		title: 'with an approval by its planner',
		approvals: [['bert'], ['anna']],
		says: 'the plan has 1 of 2 approvals',
		fault: /^anna is the planner of the plan$/,
	},
	{
		title: 'by one of its approvers',
		approvals: both,
		by: ['carl', 'CHG1'],
		says: 'the plan has 1 of 2 approvals',
		fault: /^carl is the applier of the plan$/,
	},
	{
		title: 'when its origin is missing',
		approvals: both,
		change: ({path}) => rm(path('plan.yml.origin.yml')),
		says: 'the planner is unknown: PLAN.origin.yml is missing or belongs to another plan',
	},
	{
		title: 'for another ticket than was approved',
		approvals: [['bert'], ['carl', {ticket: 'CHG1'}]],
		by: ['emil', 'CHG2'],
		says: 'the plan has 1 of 2 approvals',
		fault: /^the approval is for ticket CHG1, not CHG2$/,
	},
	{
		title: 'for a ticket that the policy does not accept',
		approvals: both,
		by: ['emil', 'INC1'],
		says: 'the plan has 0 of 2 approvals; no ticket matches CHG\\d+: --ticket',
		fault: /^its ticket does not match the policy$/,
	},
	{
		title: 'outside the window',
		approvals: both,
		change: ({write}) => write('allowed.ics', calendar('change window', longAgo)),
		says: 'no calendar window is open now',
	},
	{
		title: 'on a frozen day',
		approvals: both,
		change: ({write}) => write('frozen.ics', calendar('year end', always)),
		says: 'changes are frozen now: year end',
	},
];

for (const {title, approvals, change, by = ['emil', 'CHG1'], says, fault} of refusals) {
	test.serial(`a plan is not applied ${title}; with an override it is where the policy allows it`, async t => {
		const matrix = await rig(t);
		for (const [who, terms] of approvals) await matrix.approve(who, terms);
		await change?.(matrix);
		const refused = await t.throwsAsync(matrix.apply(...by), {instanceOf: PrerequisiteError});
		t.is(refused?.message, `policy ${matrix.path('policy.yml')} does not allow this plan: ${says}`);
		const faults = await matrix.faults(...by);
		if (fault === undefined) t.deepEqual(faults, []);
		for (const one of faults) t.regex(one, fault ?? /^$/);
		const vain = await t.throwsAsync(matrix.apply(...by, 'fire'), {instanceOf: PrerequisiteError});
		t.true(vain?.message.endsWith(`${says}; the policy does not allow --override`), vain?.message);
		await matrix.write('policy.yml', `${policyText}override: true\n`);
		t.is((await matrix.apply(...by, 'fire')).override, 'fire');
	});
}

test.serial('a plan that two others have approved, one by certificate, is applied by a third', async t => {
	const matrix = await rig(t);
	for (const [who] of both) await matrix.approve(who, {ticket: 'CHG1'});
	const {approved_by: by = '', override} = await matrix.apply();
	t.deepEqual(by.split(', ').sort(), ['bert', 'carl']);
	t.is(override, undefined);
});
