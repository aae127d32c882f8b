import type {Signer, SignerFiles} from '../approval/signer.ts';
import type {JournalEntry} from '../engine/ports.ts';
import {approvalFrom} from './approval-files.ts';
import {type EvidencePart, readEvidence} from './evidence.ts';
import {journalFrom} from './journal-text.ts';
import {planFrom} from './plan-file.ts';

/** What the signatures in evidence prove. */
export type EvidenceApprovals = {
	/** `approvals/a.yml: signed by bert at 2026-11-30T18:00:00Z`. */
	readonly signed: readonly string[];
	/** Approvers that the journal names, and whose signature is missing or not valid. */
	readonly faults: readonly string[];
	/** What could not be checked, with the reason. */
	readonly unchecked: readonly string[];
};

/**
 * Checks the signatures of the approvals in evidence as of now: everyone whom the journal names as an approver must have
 * signed the plan.
 *
 * @param files Undefined if it is not known who may sign: then no signature is checked.
 */
export async function checkApprovals(
	bytes: Buffer,
	files: SignerFiles | undefined,
	signer: Signer,
): Promise<EvidenceApprovals> {
	const {parts} = readEvidence(bytes);
	const approvals = parts.filter(({part}) => part.startsWith('approvals/'));
	const approvers = approversIn(parts);
	if (files === undefined) {
		const isNone = approvals.length === 0 && approvers.length === 0;
		return {signed: [], faults: [], unchecked: isNone ? [] : [noFile]};
	}
	const seal = sealIn(parts);
	const checked = await Promise.all(approvals.map(part => checkOne(part, seal, files, signer)));
	const signers = new Set(checked.flatMap(({by}) => by ?? []));
	return {
		signed: checked.flatMap(({by, text}) => (by === undefined ? [] : [text])),
		faults: approvers
			.filter(name => !signers.has(name))
			.map(name => `no valid signature of ${name}, whom the journal names as an approver`),
		unchecked: checked.flatMap(({by, text}) => (by === undefined ? [text] : [])),
	};
}

const noFile = 'signatures: it is not known who may sign (use --allowed-signers FILE)';

type Checked = {readonly by?: string; readonly text: string};

async function checkOne(
	{part, text, masked}: EvidencePart,
	seal: string | undefined,
	files: SignerFiles,
	signer: Signer,
): Promise<Checked> {
	if (masked === true) return {text: `${part}: it contained a secret, which was replaced`};
	const read = await approvalFrom(part, text, files, signer).catch(() => undefined);
	const {statement, signer: by, fault = 'unknown signer'} = read ?? {};
	if (statement === undefined) return {text: `${part}: this is not an approval`};
	if (by === undefined) return {text: `${part}: ${fault}`};
	if (statement.seal !== seal) return {text: `${part}: signed by ${by}, for another plan`};
	return {by, text: `${part}: signed by ${by} at ${statement.at}`};
}

/** The approvers of the plan, as the run recorded them when it began. */
function approversIn(parts: readonly EvidencePart[]): readonly string[] {
	const [run] = recordsIn(parts);
	const {approved_by: names = ''} = run?.type === 'run' ? (run.origin ?? {}) : {};
	return names.split(', ').filter(name => name !== '');
}

function recordsIn(parts: readonly EvidencePart[]): readonly JournalEntry[] {
	const journal = parts.find(({part}) => part === 'journal.jsonl');
	try {
		return journal === undefined ? [] : journalFrom('journal.jsonl', journal.text).lines;
	} catch {
		return [];
	}
}

function sealIn(parts: readonly EvidencePart[]): string | undefined {
	const plan = parts.find(({part}) => part === 'plan.yml');
	try {
		return plan === undefined ? undefined : planFrom('plan.yml', plan.text).plan.seal;
	} catch {
		return undefined;
	}
}
