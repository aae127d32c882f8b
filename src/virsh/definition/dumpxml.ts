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
	/** The driver's format, never probed: a guest can write what looks like a qcow2 header. */
	readonly format: string;
	readonly readonly: boolean;
	readonly shareable: boolean;
	/** Decrypted by libvirt, with a secret. */
	readonly encrypted?: boolean;
	/** The domain starts without the medium if its file is missing. */
	readonly optional?: boolean;
	/** Writes are discarded when the guest stops. */
	readonly transient?: boolean;
	/** Why a copy would differ, as text. */
	readonly unsupported?: readonly string[];
};

/** The parts of a domain's XML that are relevant for a move. */
export type DomainDefinition = {
	readonly uuid: string;
	readonly name: string;
	readonly memoryKib: number;
	readonly vcpus: number;
	/** The canonical machine type, `pc-q35-7.2`. */
	readonly machine: string;
	readonly disks: readonly DomainDisk[];
	/** The file with the firmware variables. */
	readonly nvram?: string;
	/** The type of their storage, if it is not a file. */
	readonly nvramType?: string;
	/** Disks in the persistent definition that the running guest does not have. */
	readonly storedOnly?: readonly Pick<DomainDisk, 'target' | 'path'>[];
	/** Has a TPM with state files on the host. */
	readonly tpm?: true;
	/** UUIDs of the secrets required by its disks. */
	readonly secrets?: readonly string[];
	readonly xml: string;
	readonly traits: Traits;
	readonly metadata: GuestMetadata;
};

/** The live definition of a running domain, otherwise the persistent one. */
export function dumpxml(host: string, uuid: string): Command {
	return virsh(host, 'read', dumpxmlArgs(uuid));
}

/** The subcommand for a batch. */
export function dumpxmlArgs(uuid: string): readonly string[] {
	return ['dumpxml', '--domain', uuid];
}

/** Distinguishes a missing domain from a failed query in the same batch. */
export function domnameWords(uuid: string): readonly string[] {
	return ['domname', '--domain', uuid];
}

/** The persistent definition of a domain, as a subcommand for a batch. */
export function dumpStoredWords(uuid: string): readonly string[] {
	return ['dumpxml', '--inactive', '--domain', uuid];
}
