import type {DomainDefinition, DomainDisk} from '../../../virsh/definition/dumpxml.ts';
import type {PlacedImage} from '../../qemu-img/images.ts';
import type {DefinitionChanges} from '../definition-changes.ts';
import type {MoveParams} from '../options/move-params.ts';

/** The guest whose disks are planned, the hosts, and the parameters. */
export type DiskPlanContext = {
	readonly definition: DomainDefinition;
	readonly source: string;
	readonly destination: string;
	readonly mark: string;
	readonly requested: MoveParams;
	/** Files at the destination that the guest left there and that may be overwritten. */
	readonly own: readonly ReusableFile[];
	/** A running guest has memory to move; a guest that is shut off has files that live migrations do not copy. */
	readonly mode: 'live' | 'cold';
	/** What the definition names otherwise at the destination, besides paths. Default: nothing. */
	readonly changes?: DefinitionChanges;
	/** Stream options of live migrations. Default: none. */
	readonly transfer?: TransferOptions;
};

/** Options of live migrations that also apply to copies without libvirt. */
export type TransferOptions = {
	/** The address on which the destination listens. */
	readonly listen?: string;
	/** A fixed port for incoming disks at the destination. */
	readonly port?: number;
	/** Encrypt the copies; `hostname` is the name in the destination's certificate, if it is not the address. */
	readonly tls?: {readonly hostname?: string};
};

/** A file that may be overwritten while it has this identity: see `files/stat.ts`. */
export type ReusableFile = {readonly path: string; readonly identity: string};

/** A file to copy, and the image created for it at `path` on the destination. */
export type DiskCopy = PlacedImage & {
	/** `vda`. */
	readonly target: string;
	/** Path at the source. */
	readonly from: string;
	/** Allocated size at the source: less than the virtual size of a sparse image. */
	readonly dataBytes: number;
	/** The size of a file that is not a multiple of the sector size. */
	readonly exactBytes?: number;
};

/** Whether libvirt copies such a disk: see `qemuMigrationAnyCopyDisk` and the manual of `--copy-storage-all`. */
export type LocalDisk = DomainDisk & {readonly path: string};

export function writtenDisks({disks}: DomainDefinition): readonly LocalDisk[] {
	return disks.filter((disk): disk is LocalDisk => disk.path !== undefined && !isMedium(disk));
}

/** A CD-ROM or read-only disk, which migrations do not copy. */
export function isMedium(disk: DomainDisk): boolean {
	return disk.device === 'cdrom' || disk.readonly;
}

/** CD-ROMs and read-only disks with a medium. */
export function mediaOf({disks}: DomainDefinition): readonly LocalDisk[] {
	return disks.filter((disk): disk is LocalDisk => disk.path !== undefined && isMedium(disk));
}

/** A drive of the host itself, whose medium is not a file that could be copied. */
export function isHostDrive({device, type}: DomainDisk): boolean {
	return device === 'cdrom' && type === 'block';
}
