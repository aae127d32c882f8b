import {readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {glob} from '../glob/glob.ts';
import {filesOnDisk, foldersOf} from '../playbook/files.ts';
import {Secret} from '../shell/secret.ts';
import type {LookupSources} from '../template/lookup-source.ts';
import type {Vault} from '../vault/vault.ts';

/** The sources of a playbook's lookups: the environment of this machine, and files next to the playbook. */
export function lookupSourcesOf(playbook: string, vault: Vault): LookupSources {
	const files = filesOnDisk(vault);
	return {
		env(name) {
			const value = process.env[name];
			return value === undefined || !speaksOfSecret(name) ? value : new Secret(value);
		},
		text(file, folder) {
			const path = files.find(file, foldersOf(folder, playbook, playbook));
			return path === undefined ? undefined : {path, text: files.text(path)};
		},
		glob(pattern) {
			const folders = foldersOf('files', playbook, playbook);
			const name = pattern.slice(pattern.lastIndexOf('/') + 1);
			const matches = matcherOf(name);
			const found = folders
				.map(folder => resolve(folder, dirname(pattern)))
				.map(folder =>
					namesIn(folder)
						.filter(matches)
						.map(file => join(folder, file)),
				);
			return found.find(paths => paths.length > 0) ?? [];
		},
	};
}

/** Suffixes of variable names that indicate a secret. */
function speaksOfSecret(name: string): boolean {
	return /(^|_)(pass|passwd|password|passphrase|pw|secret|token|key)$/i.test(name);
}

function namesIn(folder: string): readonly string[] {
	try {
		const entries = readdirSync(folder, {withFileTypes: true});
		return entries
			.filter(entry => !entry.isDirectory())
			.map(({name}) => name)
			.sort();
	} catch {
		return [];
	}
}

function matcherOf(pattern: string): (name: string) => boolean {
	const matches = glob(pattern);
	return name => matches(name) && (pattern.startsWith('.') || !name.startsWith('.'));
}
