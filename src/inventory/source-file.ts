import {open, stat} from 'node:fs/promises';
import {InputError} from '../errors.ts';
import type {Vault} from '../vault/vault.ts';
import {YamlSource} from '../yaml/source.ts';
import type {InventoryDraft} from './draft.ts';
import {readIniInventory} from './ini-source.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {hasEncrypted} from './open-tagged.ts';
import {documentOf, readFile} from './read-file.ts';
import {runScript} from './run-script.ts';
import {type HostAnswer, hostsNamed, hostVarsOf, readScriptInventory} from './script-source.ts';
import {readYamlInventory} from './yaml-source.ts';

/** A source that has been read and can be added to an inventory after the sources before it. */
export type SourceFile = {
	/** Adds the source to a draft and returns what was read, with the problems found. */
	into(draft: InventoryDraft): readonly InventoryLoadContext[];
};

/** How many copies of a script run at once, if it is called for each host. */
const scriptsAtOnce = 8;

/** @throws InputError for a file that cannot be read, run or decrypted. */
export async function readSourceFile(file: string, vault: Vault): Promise<SourceFile> {
	if (await isScript(file)) return readScript(file, vault);
	const reading = await readFile(file, vault);
	if (/\.toml$/.test(file)) {
		const hint = 'convert it to YAML with: ansible-inventory --list --yaml';
		throw new InputError([{message: `${file}: TOML inventories are not supported`, hint}]);
	}
	if (!looksLikeYaml(file, reading.source.text)) {
		return {
			into(draft) {
				readIniInventory(draft, reading);
				return [reading];
			},
		};
	}
	const read = documentOf(reading, vault);
	return {
		into(draft) {
			if (read !== undefined) readYamlInventory(read.document, read.data, draft, reading);
			return [reading];
		},
	};
}

/** A file with a `#!` line, or an executable that is not text. A pipe can be read only once and is never a script. */
async function isScript(file: string): Promise<boolean> {
	const found = await stat(file).catch(() => undefined);
	if (found?.isFile() !== true) return false;
	const start = await startOf(file).catch(() => Buffer.alloc(0));
	const isProgram = start.includes(0) && (found.mode & 0o111) !== 0;
	return isProgram || start.toString('latin1').startsWith('#!');
}

async function startOf(file: string): Promise<Buffer> {
	const handle = await open(file);
	try {
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(512), 0, 512, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
}

async function readScript(file: string, vault: Vault): Promise<SourceFile> {
	const list = await ask(file, ['--list'], vault);
	const answers = new Map<string, HostAnswer>();
	const asked = hostVarsOf(list.data) === undefined ? hostsNamed(list.data) : [];
	const queue = [...asked];
	const work = async () => {
		for (let host = queue.shift(); host !== undefined; host = queue.shift()) {
			answers.set(host, await ask(file, ['--host', host], vault));
		}
	};
	await Promise.all(Array.from({length: scriptsAtOnce}, work));
	return {
		into(draft) {
			readScriptInventory(list.document, list.data, answers, draft, list.reading);
			return [list.reading, ...[...answers.values()].map(({reading}) => reading)];
		},
	};
}

/** @throws InputError for output that is not JSON. */
async function ask(file: string, args: readonly string[], vault: Vault): Promise<HostAnswer> {
	const printed = await runScript(file, args);
	const text = args[0] === '--host' && printed.trim() === '' ? '{}' : printed;
	const reading: InventoryLoadContext = {
		source: new YamlSource([file, ...args].join(' '), text),
		encrypted: false,
		problems: [],
	};
	if (hasEncrypted(text)) await vault.unlock();
	const read = documentOf(reading, vault);
	if (read === undefined) throw new InputError(reading.problems);
	return {...read, reading};
}

/** By the extension; without one, by the first line that is neither empty nor a comment. */
function looksLikeYaml(file: string, text: string): boolean {
	if (/\.(?:ya?ml|json)$/.test(file)) return true;
	if (/\.[^./]*$/.test(file)) return false;
	const [first = ''] = /^[^\S\n]*[^\s#].*$/m.exec(text) ?? [];
	return /^\s*(?:---|%YAML|\{|(?:"[^"]*"|'[^']*'|[^\s"'[;#=][^\s=]*)\s*:(?:\s|$))/.test(first);
}
