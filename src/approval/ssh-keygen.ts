import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PrerequisiteError} from '../errors.ts';
import type {Signer, SignerFiles, Verified} from './signer.ts';
import {namespace} from './statement.ts';

/** Signs and verifies with ssh-keygen, which prompts for passphrases on the terminal. */
export const sshKeygen: Signer = {
	sign: (text, key) =>
		withFolder(async folder => {
			const file = key ?? (await agentKey(folder));
			const {code, stdout, stderr} = await output(
				'ssh-keygen',
				['-q', '-Y', 'sign', '-f', file, '-n', namespace],
				text,
			);
			if (code === 0 && stdout.startsWith('-----BEGIN SSH SIGNATURE-----')) return stdout;
			throw new PrerequisiteError(`cannot sign with ${file}: ${lastLine(stderr)}`, 'use another key: --key FILE');
		}),

	verify: (text, signature, files) =>
		withFolder(async folder => {
			const file = join(folder, 'signature');
			await writeFile(file, signature);
			return verified(text, file, files);
		}),
};

async function verified(text: string, file: string, {allowedSigners, revokedKeys}: SignerFiles): Promise<Verified> {
	const found = await output('ssh-keygen', ['-Y', 'find-principals', '-s', file, '-f', allowedSigners], '');
	const [signer] = found.stdout.split('\n').filter(line => line !== '');
	if (found.code !== 0 || signer === undefined) {
		return {fault: `its key is not in ${allowedSigners}, or has expired: ${lastLine(found.stderr)}`};
	}
	const args = ['-Y', 'verify', '-f', allowedSigners, '-I', signer, '-n', namespace, '-s', file];
	const {code, stdout, stderr} = await output('ssh-keygen', args, text);
	const [fault = ''] = (stderr.trim() || stdout).split('\n');
	if (code !== 0) return {fault: `the signature is not valid: ${fault}`};
	if (revokedKeys === undefined) return {signer};
	const {code: revoked} = await output('ssh-keygen', [...args, '-r', revokedKeys], text);
	return revoked === 0 ? {signer} : {fault: `its key is revoked by ${revokedKeys}`};
}

/** A file with the first public key of the agent, as ssh-keygen wants the key of an agent. */
async function agentKey(folder: string): Promise<string> {
	const {code, stdout} = await output('ssh-add', ['-L'], '');
	const [key = ''] = stdout.split('\n');
	if (code !== 0 || key === '') {
		throw new PrerequisiteError('no key given, and the SSH agent has none', 'use --key FILE, or ssh-add FILE');
	}
	const file = join(folder, 'agent.pub');
	await writeFile(file, `${key}\n`);
	return file;
}

type Output = {readonly code: number; readonly stdout: string; readonly stderr: string};

function output(program: string, args: readonly string[], stdin: string): Promise<Output> {
	return new Promise(resolve => {
		const child = spawn(program, args, {env: {...process.env, LC_ALL: 'C'}});
		const texts = {stdout: '', stderr: ''};
		child.stdout.on('data', data => {
			texts.stdout += String(data);
		});
		child.stderr.on('data', data => {
			texts.stderr += String(data);
		});
		child.on('error', error => resolve({code: 127, stdout: '', stderr: error.message}));
		child.on('close', code => resolve({code: code ?? 1, ...texts}));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-sign-'));
	try {
		return await work(folder);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1)?.trim() || 'no reason given';
}
