import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import type {InventoryChoice} from './options/inventory-options.ts';
import type {SelectOptions} from './options/select.ts';

/** How a run was invoked. Values of `-e` may be secrets, so only their number is stored. */
export type Invocation = {
	readonly playbook: string;
	/** Digest of the playbook's text: a changed playbook cannot be resumed. */
	readonly digest: string;
	readonly inventory: readonly string[];
	readonly extraVars: number;
	readonly forks: number;
	readonly select: SelectOptions;
	readonly vault: Pick<InventoryChoice, 'vaultPasswordFile' | 'vaultId' | 'askVaultPass'>;
};

type Options = InventoryChoice &
	SelectOptions & {readonly extraVars?: readonly string[] | undefined; readonly forks: number};

/** The invocation as it is stored. Paths are absolute, because the run may be resumed from another folder. */
export async function invocationOf(playbook: string, options: Options): Promise<Invocation> {
	const {inventory = [], extraVars = [], forks, vaultPasswordFile, vaultId, askVaultPass} = options;
	const {limit, tags, skipTags, startAtTask} = options;
	return {
		playbook: resolve(playbook),
		digest: await playbookDigest(playbook),
		inventory: inventory.map(source => (source.includes(',') ? source : resolve(source))),
		extraVars: extraVars.length,
		forks,
		select: JSON.parse(JSON.stringify({limit, tags, skipTags, startAtTask})),
		vault: JSON.parse(JSON.stringify({vaultPasswordFile, vaultId, askVaultPass})),
	};
}

/** The digest of a playbook's text. */
export async function playbookDigest(playbook: string): Promise<string> {
	const text = await readFile(playbook).catch(() => '');
	return createHash('sha256').update(text).digest('hex');
}
