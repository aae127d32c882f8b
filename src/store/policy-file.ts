import {readFile, stat} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {type ApprovalPolicy, policySchema} from '../approval/policy.ts';
import {InputError, PrerequisiteError} from '../errors.ts';
import {placeIn} from '../playbook/place.ts';
import {schemaProblems} from '../playbook/schema-problems.ts';
import {parseYaml} from '../yaml/document.ts';
import {digestOf} from './plan-file.ts';

/** The policy of this machine, which only root can change, and which overrides VACATE_POLICY. */
const systemFile = '/etc/vacate/policy.yml';

/** A policy, its paths from the root. */
export type ReadPolicy = {readonly policy: ApprovalPolicy; readonly file: string; readonly digest: string};

/**
 * The applicable policy: root's, otherwise that of `VACATE_POLICY`; undefined if there is none.
 *
 * @throws InputError for what is no policy; PrerequisiteError for one that others may change.
 */
export async function readPolicy(): Promise<ReadPolicy | undefined> {
	const {VACATE_POLICY: named} = process.env;
	const system = await stat(systemFile).catch(() => undefined);
	const file = system === undefined ? named : systemFile;
	if (file === undefined || file === '') return undefined;
	const {mode} = await stat(file).catch((error: Error) => {
		throw new PrerequisiteError(`cannot read the policy: ${error.message}`, 'see VACATE_POLICY');
	});
	if ((mode & 0o022) !== 0) {
		throw new PrerequisiteError(`the policy ${file} is writable by other users than its owner`, `chmod go-w ${file}`);
	}
	const text = await readFile(file, 'utf8');
	return {file, policy: policyFrom(file, text), digest: digestOf(text)};
}

function policyFrom(file: string, text: string): ApprovalPolicy {
	const document = parseYaml(file, text);
	const data = document.data ?? {};
	const problems = schemaProblems('policy', policySchema, data, placeIn(document, ''));
	if (problems.length > 0) throw new InputError(problems);
	const policy = data as ApprovalPolicy;
	try {
		new RegExp(policy.ticket ?? '', 'u');
	} catch (error) {
		throw new InputError([document.problem(`invalid regular expression: ${(error as Error).message}`, '/ticket')]);
	}
	if ((policy.approvals ?? 0) > 0 && policy.allowed_signers === undefined) {
		throw new InputError([
			document.problem('approvals require allowed_signers', '/approvals', 'set it to the file of approvers'),
		]);
	}
	const from = (path: string) => resolve(dirname(file), path);
	const {allowed_signers: signers, revoked_keys: revoked, calendars} = policy;
	return {
		...policy,
		...(signers === undefined ? {} : {allowed_signers: from(signers)}),
		...(revoked === undefined ? {} : {revoked_keys: from(revoked)}),
		...(calendars === undefined
			? {}
			: {
					calendars: {
						...calendars,
						...(calendars.allowed === undefined ? {} : {allowed: calendars.allowed.map(from)}),
						...(calendars.frozen === undefined ? {} : {frozen: calendars.frozen.map(from)}),
					},
				}),
	};
}
