import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';
import type {GuestMetadata} from './guest-metadata.ts';
import type {Traits} from './traits.ts';

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
