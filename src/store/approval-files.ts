import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Signer, SignerFiles} from '../approval/signer.ts';
import {statementOf} from '../approval/statement.ts';
import type {Approval} from '../approval/verdict.ts';
import {isMapping} from '../template/value.ts';
import {parseYaml} from '../yaml/document.ts';
import {unfoldedYamlText} from '../yaml/write.ts';

/** Approvals are stored next to the plan in separate files, so that two branches can each add one. */
export function folderFor(plan: string): string {
	return `${plan}.approvals`;
}

/** Gives the file. */
export async function writeApproval(plan: string, statement: string, signature: string): Promise<string> {
	const folder = folderFor(plan);
	await mkdir(folder, {recursive: true});
	const name = createHash('sha256').update(signature).digest('hex').slice(0, 12);
	const file = join(folder, `${name}.yml`);
	await writeFile(file, unfoldedYamlText({statement, signature}));
	return file;
}

/** The approvals of a plan, with their signers. */
export async function readApprovals(
	plan: string,
	files: SignerFiles | undefined,
	signer: Signer,
): Promise<readonly Approval[]> {
	const folder = folderFor(plan);
	const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.yml')).sort();
	return Promise.all(names.map(name => readApproval(join(folder, name), files, signer)));
}

async function readApproval(file: string, files: SignerFiles | undefined, signer: Signer): Promise<Approval> {
	return approvalFrom(file, await readFile(file, 'utf8'), files, signer);
}

/** The approval in the text of its file, with its signer. */
export async function approvalFrom(
	file: string,
	content: string,
	files: SignerFiles | undefined,
	signer: Signer,
): Promise<Approval> {
	const {data} = parseYaml(file, content);
	const {statement: text, signature} = isMapping(data) ? data : {};
	if (typeof text !== 'string' || typeof signature !== 'string') return {statement: undefined, signer: undefined};
	const statement = statementOf(text);
	if (files === undefined) return {statement, signer: undefined, fault: 'no allowed_signers file configured'};
	const verified = await signer.verify(text, signature, files);
	return 'signer' in verified
		? {statement, signer: verified.signer}
		: {statement, signer: undefined, fault: verified.fault};
}
