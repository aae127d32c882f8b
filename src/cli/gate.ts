import {spawn} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {eventsAt} from '../approval/calendar.ts';
import type {ApprovalPolicy} from '../approval/policy.ts';
import {sshKeygen} from '../approval/ssh-keygen.ts';
import {blockersOf, judge, type Situation} from '../approval/verdict.ts';
import type {Origin} from '../engine/ports.ts';
import {PrerequisiteError} from '../errors.ts';
import type {SealedPlan} from '../plan/document/model.ts';
import {readApprovals} from '../store/approval-files.ts';
import {readOrigin} from '../store/plan-origin.ts';
import type {ReadPolicy} from '../store/policy-file.ts';

/** A plan to be applied; `file` is omitted for a plan that is not in a file. */
type Asked = {
	readonly plan: SealedPlan;
	readonly file?: string;
	readonly origin: Origin;
	readonly override?: string | undefined;
};

/**
 * Enforces the policy of this machine. Without one, every plan is allowed.
 *
 * @returns The origin of the run, with its approvers and, if the policy was overridden, the reason.
 * @throws PrerequisiteError with all blockers.
 */
export async function demandApproval(read: ReadPolicy | undefined, asked: Asked): Promise<Origin> {
	const {origin, override} = asked;
	if (read === undefined) {
		if (override === undefined) return origin;
		throw new PrerequisiteError('no policy is configured that could be overridden', 'omit --override');
	}
	const situation = await situationOf(read.policy, asked);
	const blockers = blockersOf(read.policy, situation);
	const signers = judge(read.policy, situation).flatMap(({why, signer}) => (why === undefined ? (signer ?? []) : []));
	const approved = signers.length === 0 ? {} : {approved_by: [...new Set(signers)].join(', ')};
	if (blockers.length === 0) return {...origin, ...approved};
	if (override !== undefined && read.policy.override === true) {
		process.stderr.write(`WARNING: the policy is OVERRIDDEN: ${override}\n  ${blockers.join('\n  ')}\n`);
		return {...origin, ...approved, override};
	}
	throw refusal(read, blockers, asked);
}

function refusal({file, policy}: ReadPolicy, blockers: readonly string[], asked: Asked): PrerequisiteError {
	const named = asked.override === undefined ? [] : ['the policy does not allow --override'];
	const all = [...blockers, ...named].join('; ');
	const next =
		asked.file === undefined
			? 'vacate plan PLAYBOOK -o PLAN; vacate approve PLAN; vacate apply PLAN'
			: (policy.approvals ?? 0) > 0
				? `vacate approvals ${asked.file}`
				: `see ${file}`;
	return new PrerequisiteError(`policy ${file} does not allow this plan: ${all}`, next);
}

/** Who made, approved and applies a plan, without the calendars and programs of the policy. */
export async function signedSituation(policy: ApprovalPolicy, {plan, file, origin}: Asked): Promise<Situation> {
	const {allowed_signers: allowedSigners, revoked_keys: revokedKeys} = policy;
	const files =
		allowedSigners === undefined ? undefined : {allowedSigners, ...(revokedKeys === undefined ? {} : {revokedKeys})};
	return {
		seal: plan.seal,
		planner: file === undefined ? origin : await readOrigin(file, plan.seal),
		applier: origin,
		ticket: origin.ticket,
		now: new Date(),
		approvals: file === undefined ? [] : await readApprovals(file, files, sshKeygen),
		refusals: [],
	};
}

/** Everything that a policy takes into account. */
export async function situationOf(policy: ApprovalPolicy, asked: Asked): Promise<Situation> {
	const {calendars = {}, programs = []} = policy;
	const signed = await signedSituation(policy, asked);
	const eventsOf = async (names: readonly string[]) =>
		(await Promise.all(names.map(name => eventsIn(name, signed.now, calendars.zone)))).flat();
	return {
		...signed,
		...(calendars.frozen === undefined ? {} : {frozen: await eventsOf(calendars.frozen)}),
		...(calendars.allowed === undefined ? {} : {allowed: await eventsOf(calendars.allowed)}),
		refusals: (await Promise.all(programs.map(argv => refusalOf(argv, asked.plan)))).flat(),
	};
}

async function eventsIn(file: string, now: Date, zone: string | undefined): Promise<readonly string[]> {
	try {
		return eventsAt(await readFile(file, 'utf8'), now, zone);
	} catch (error) {
		throw new PrerequisiteError(`cannot read the calendar ${file}: ${(error as Error).message}`);
	}
}

/** A program of the policy that does not exit in this time rejects the plan. */
const programMs = 60_000;

/** Runs a program of the policy. If it exits with a code other than 0, its output is the blocker. */
function refusalOf([program = '', ...args]: readonly string[], plan: SealedPlan): Promise<readonly string[]> {
	return new Promise(resolve => {
		const child = spawn(program, args, {timeout: programMs, stdio: ['pipe', 'pipe', 'pipe']});
		let said = '';
		const listen = (data: unknown) => {
			if (said.length < 4000) said += String(data);
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.stdin.on('error', () => {});
		child.stdin.end(JSON.stringify(plan));
		child.on('error', error => resolve([`cannot run ${program}: ${error.message}`]));
		child.on('close', code =>
			resolve(code === 0 ? [] : [`${program} rejects the plan: ${said.trim() || `exit code ${code}`}`]),
		);
	});
}
