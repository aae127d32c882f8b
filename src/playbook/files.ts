import {existsSync} from 'node:fs';
import {dirname, isAbsolute, join} from 'node:path';
import type {Vars} from '../inventory/inventory.ts';
import {openReading} from '../inventory/read-file.ts';
import {readVarsNow} from '../inventory/vars-file.ts';
import {Secret} from '../shell/secret.ts';
import {closedVault, type Vault} from '../vault/vault.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {readTextNow} from '../yaml/read-text.ts';
import {readDocument} from './read-document.ts';

/** Finds and reads the files that a playbook names. */
export type Files = {
	/** The path of the file in the first folder that has it; undefined if none has. */
	find(file: string, folders: readonly string[]): string | undefined;
	/** @throws InputError for a file that cannot be read or is not YAML. */
	read(path: string): YamlDocument;
	/** A secret if the file is encrypted. @throws InputError for a file that is not text, or cannot be read or decrypted. */
	text(path: string): string | Secret;
	/** @throws InputError for a file without variables, or one that cannot be decrypted. */
	readVars(path: string): Vars;
};

/**
 * Files on disk, each read once.
 *
 * @param vault Must be unlocked if it has passwords.
 */
export function filesOnDisk(vault: Vault = closedVault): Files {
	const documents = new Map<string, YamlDocument>();
	const variables = new Map<string, Vars>();
	return {
		find: (file, folders) =>
			(isAbsolute(file) ? [file] : folders.map(folder => join(folder, file))).find(path => existsSync(path)),
		read(path) {
			const known = documents.get(path) ?? readDocument(path, readTextNow(path), vault);
			documents.set(path, known);
			return known;
		},
		text(path) {
			const {encrypted, source} = openReading(path, readTextNow(path), vault);
			return encrypted ? new Secret(source.text) : source.text;
		},
		readVars(path) {
			const known = variables.get(path) ?? readVarsNow(path, vault);
			variables.set(path, known);
			return known;
		},
	};
}

/** The purpose of a file. */
export type FileKind = 'tasks' | 'vars' | 'files' | 'templates' | 'playbooks';

/** The search path of a file: next to the file that names it, then next to the playbook, each with its own folder first. */
export function foldersOf(kind: FileKind, from: string, playbook: string): readonly string[] {
	const bases = [...new Set([dirname(from), dirname(playbook)])];
	if (kind === 'playbooks') return bases;
	return bases.flatMap(base => (kind === 'tasks' ? [base, join(base, kind)] : [join(base, kind), base]));
}
