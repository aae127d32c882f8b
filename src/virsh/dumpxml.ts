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

/** @throws Error when the text is not a whole domain definition. */
export async function parseDefinition(xml: string): Promise<DomainDefinition> {
	// The XML library takes a tenth of a second of the start of every command that does without it.
	const [{readDefinition}, {readTraits}, {readGuestMetadata}] = await Promise.all([
		import('./domain-xml.ts'),
		import('./traits.ts'),
		import('./guest-metadata.ts'),
	]);
	return {...readDefinition(xml), traits: readTraits(xml), metadata: readGuestMetadata(xml)};
}
