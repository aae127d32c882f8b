import {execFile} from 'node:child_process';
import {readFile, stat} from 'node:fs/promises';
import {basename, extname, resolve} from 'node:path';
import {promisify} from 'node:util';
import {InputError} from '../errors.ts';
import {Secret} from '../shell/secret.ts';

/** The source of a password. Its label is matched against the label of an encrypted value. */
export type PasswordSource = {
	readonly label: string;
	/** A file that contains the password or a program that prints it; without one, the user is prompted. */
	readonly file?: string;
};

/** Prompts the user at the terminal. */
export type Ask = (question: string) => Promise<Secret>;

export type Password = {readonly label: string; readonly secret: Secret};

const labelWhenNone = 'default';

/** `label@file`, `label@prompt` or just `file`, as for Ansible's `--vault-id`. */
export function passwordSource(written: string): PasswordSource {
	const at = written.indexOf('@');
	const label = at > 0 ? written.slice(0, at) : labelWhenNone;
	const from = at < 0 ? written : written.slice(at + 1);
	return from === 'prompt' || from === 'prompt_ask_vault_pass' ? {label} : {label, file: from};
}

/** @throws InputError for a file that cannot be read or run, and for an empty password. */
export async function readPassword({label, file}: PasswordSource, ask: Ask): Promise<Password> {
	const question = label === labelWhenNone ? 'Vault password: ' : `Vault password (${label}): `;
	const secret = file === undefined ? await ask(question) : new Secret(await passwordOf(file, label));
	if (secret.reveal() !== '') return {label, secret};
	throw new InputError([
		{message: file === undefined ? 'the vault password is empty' : `${file}: the file contains no password`},
	]);
}

async function passwordOf(file: string, label: string): Promise<string> {
	const path = resolve(file);
	const text = (await isProgram(path))
		? await printedBy(path, label)
		: await readFile(path, 'utf8').catch(refused(file));
	return text.trim();
}

async function isProgram(path: string): Promise<boolean> {
	const found = await stat(path).catch(() => undefined);
	return found?.isFile() === true && (found.mode & 0o111) !== 0;
}

/** A program whose name ends in `-client` receives the label as `--vault-id`. Its output is never shown. */
async function printedBy(path: string, label: string): Promise<string> {
	const isClient = basename(path, extname(path)).endsWith('-client');
	const {stdout} = await promisify(execFile)(path, isClient ? ['--vault-id', label] : []).catch(refused(path));
	return stdout;
}

function refused(file: string): (error: Error & {readonly code?: unknown}) => never {
	return ({code}) => {
		const reasons = new Map<unknown, string>([
			['ENOENT', 'no such file'],
			['EACCES', 'permission denied'],
			['EISDIR', 'this is a directory'],
			['ENOEXEC', 'cannot be executed: no #! line'],
		]);
		const reason = reasons.get(code) ?? `the password program failed with code ${code}`;
		throw new InputError([{message: `${file}: ${reason}`}]);
	};
}
