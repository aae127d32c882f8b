import type {Command} from '../shell/command.ts';
import type {GuestMetadata} from './guest-metadata.ts';
import type {Traits} from './traits.ts';
import {virsh} from './virsh.ts';

/** One disk of a guest. */
export type DomainDisk = {
	/** The name that `--migrate-disks` takes: `vda`. */
	readonly target: string;
	readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun';
	readonly type: string;
	/** A file or a block device of the host; undefined for an empty drive and for network storage. */
	readonly path?: string;
	/** The driver's format, never guessed from the file: a guest can write what looks like a qcow2 header. */
	readonly format: string;
	readonly readonly: boolean;
	readonly shareable: boolean;
	/** libvirt itself decrypts it, with a secret. */
	readonly encrypted?: boolean;
	/** A domain starts without the medium where its file is missing. */
	readonly optional?: boolean;
	/** What is written to it is dropped when the guest stops. */
	readonly transient?: boolean;
	/** Why a copy of it would not be the same, in words. */
	readonly unsupported?: readonly string[];
};

/** What a domain's XML says, as far as moving it depends on it. */
export type DomainDefinition = {
	readonly uuid: string;
	readonly name: string;
	readonly memoryKib: number;
	readonly vcpus: number;
	/** The canonical machine type, `pc-q35-7.2`. */
	readonly machine: string;
	readonly disks: readonly DomainDisk[];
	/** The file with the variables of its firmware. */
	readonly nvram?: string;
	/** What it is in, where that is no file. */
	readonly nvramType?: string;
	/** Disks of its stored definition whose images the running guest does not have. */
	readonly storedOnly?: readonly Pick<DomainDisk, 'target' | 'path'>[];
	/** It has a TPM whose state is in files of the host. */
	readonly tpm?: true;
	/** UUIDs of the secrets that its disks need. */
	readonly secrets?: readonly string[];
	readonly xml: string;
	readonly traits: Traits;
	readonly metadata: GuestMetadata;
};

/** The live definition of a running domain, or its stored one. */
export function dumpxml(host: string, uuid: string): Command {
	return virsh(host, 'read', dumpxmlArgs(uuid));
}

/** The same as a subcommand of a batch. */
export function dumpxmlArgs(uuid: string): readonly string[] {
	return ['dumpxml', '--domain', uuid];
}

/** Tells whether a domain without a definition in the same batch has gone. */
export function domnameWords(uuid: string): readonly string[] {
	return ['domname', '--domain', uuid];
}

/** The stored definition of a domain, as a subcommand of a batch. */
export function dumpStoredWords(uuid: string): readonly string[] {
	return ['dumpxml', '--inactive', '--domain', uuid];
}

/** @throws Error when the text is not a whole domain definition. */
export async function parseDefinition(xml: string): Promise<DomainDefinition> {
	// The XML library takes a tenth of a second of the start of every command that does without it.
	const [{readDefinition}, {readTraits}, {readGuestMetadata}] = await Promise.all([
		import('./definition-xml.ts'),
		import('./traits.ts'),
		import('./guest-metadata.ts'),
	]);
	return {...readDefinition(xml), traits: readTraits(xml), metadata: readGuestMetadata(xml)};
}

/**
 * The same of a domain that runs, with what its stored definition has beside.
 *
 * @throws Error when one of the texts is not a whole domain definition.
 */
export async function parseDefinitions(xml: string, stored: string): Promise<DomainDefinition> {
	const definition = await parseDefinition(xml);
	if (!mayDiffer(xml, stored)) return definition;
	const {disks} = await parseDefinition(stored);
	const storedOnly = disks.filter(
		({path, type}) => path !== undefined && type !== 'network' && !definition.disks.some(disk => disk.path === path),
	);
	return {
		...definition,
		disks: definition.disks.map(disk => withUnsupported(disk, disks)),
		...(storedOnly.length === 0 ? {} : {storedOnly: storedOnly.map(({target, path = ''}) => ({target, path}))}),
	};
}

/** Cheaper than to read both: names the stored definition a source that the running one does not, or images below one? */
function mayDiffer(xml: string, stored: string): boolean {
	if (/<backingStore [^>]*type=|<dataStore|<slices/.test(stored)) return true;
	const sources = stored.matchAll(/<source [^>]*?\b(?:file|dev)='([^']*)'/g);
	return [...sources].some(([, path]) => !xml.includes(`='${path}'`));
}

/** With what the stored definition of the same disk says. */
function withUnsupported(disk: DomainDisk, stored: readonly DomainDisk[]): DomainDisk {
	const own = stored.find(({target, path}) => target === disk.target && path === disk.path)?.unsupported ?? [];
	const unsupported = [...new Set([...(disk.unsupported ?? []), ...own])];
	return unsupported.length === 0 ? disk : {...disk, unsupported};
}
