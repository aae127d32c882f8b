import {readFile, writeFile} from 'node:fs/promises';
import {Command} from 'commander';
import type {SignerFiles} from '../../approval/signer.ts';
import {exitCodeOf} from '../../exit-code.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';

type VerifyOptions = {readonly allowedSigners?: string; readonly revokedKeys?: string};

/** `vacate evidence RUN`: everything that is known of a run, in one file; `vacate evidence verify FILE` checks it. */
export function evidenceCommand(): Command {
	return new Command('evidence')
		.helpGroup(commandGroups.runs)
		.description('Write the evidence of a run to one file, or verify such a file. No host is reached.')
		.argument('<run>', 'name of the run, or last')
		.option('-o, --output <file>', 'write to FILE (default: RUN.evidence.jsonl)')
		.action(async (name: string, {output}: {readonly output?: string}) => {
			const {file, digest} = await writeEvidence(name, output);
			process.stdout.write(`evidence written to ${file}\n  ${digest}\n  next: vacate evidence verify ${file}\n`);
		})
		.addCommand(verifyCommand());
}

function verifyCommand(): Command {
	return new Command('verify')
		.description('Verify evidence: every changed part is named.')
		.argument('<file>')
		.option(
			'--allowed-signers <file>',
			'who may approve, to check the signatures of approvals: see ALLOWED SIGNERS in ssh-keygen(1) (default: that of the policy)',
		)
		.option('--revoked-keys <file>', 'keys that are no longer valid (default: those of the policy)')
		.action(async (file: string, options: VerifyOptions) => {
			const [{verifyEvidence}, {checkApprovals}, {sshKeygen}, {evidenceVerdictText}] = await Promise.all([
				import('../../store/verify-evidence.ts'),
				import('../../store/evidence-approvals.ts'),
				import('../../approval/ssh-keygen.ts'),
				import('../../views/evidence.ts'),
			]);
			const bytes = await readFile(file);
			const found = verifyEvidence(bytes);
			const {signed, unchecked, faults} = await checkApprovals(bytes, await signerFiles(options), sshKeygen);
			const verdict = {...found, signed, unchecked, faults: [...found.faults, ...faults]};
			process.stdout.write(`${evidenceVerdictText(file, verdict)}\n`);
			setExitCode(exitCodeOf({of: 'evidence', isWhole: verdict.faults.length === 0}));
		});
}

/** Who may sign, by the options, otherwise by the policy of this machine. */
async function signerFiles({allowedSigners, revokedKeys}: VerifyOptions): Promise<SignerFiles | undefined> {
	const {readPolicy} = await import('../../store/policy-file.ts');
	const {policy = {}} = allowedSigners === undefined ? ((await readPolicy()) ?? {}) : {};
	const signers = allowedSigners ?? policy.allowed_signers;
	const revoked = revokedKeys ?? policy.revoked_keys;
	return signers === undefined
		? undefined
		: {allowedSigners: signers, ...(revoked === undefined ? {} : {revokedKeys: revoked})};
}

async function writeEvidence(name: string, output: string | undefined): Promise<{file: string; digest: string}> {
	const [{folderOf}, {readJournal}, {evidenceText, readEvidence}, {readEvidenceParts}, {toolName}] = await Promise.all([
		import('../saved-run.ts'),
		import('../../store/read-journal.ts'),
		import('../../store/evidence.ts'),
		import('../../store/run-parts-on-disk.ts'),
		import('../provenance.ts'),
	]);
	const {run, folder} = await folderOf(name);
	// A journal that was changed is no evidence.
	await readJournal(folder);
	const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
	const text = evidenceText({run, made_by: toolName(), made_at: at}, await readEvidenceParts(folder));
	const file = output ?? `${run}.evidence.jsonl`;
	await writeFile(file, text, {mode: 0o600});
	return {file, digest: readEvidence(Buffer.from(text)).digest};
}
