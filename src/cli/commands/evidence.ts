import {readFile, writeFile} from 'node:fs/promises';
import {Command} from 'commander';
import {exitCodeOf} from '../../exit-code.ts';
import {commandGroups} from '../command-groups.ts';
import {setExitCode} from '../exit.ts';

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
		.action(async (file: string) => {
			const [{verifyEvidence}, {evidenceVerdictText}] = await Promise.all([
				import('../../store/verify-evidence.ts'),
				import('../../views/evidence.ts'),
			]);
			const verdict = verifyEvidence(await readFile(file));
			process.stdout.write(`${evidenceVerdictText(file, verdict)}\n`);
			setExitCode(exitCodeOf({of: 'evidence', isWhole: verdict.faults.length === 0}));
		});
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
