import type {DomainDefinition, DomainDisk} from '../../../virsh/definition/dumpxml.ts';
import type {PlacedImage} from '../../qemu-img/images.ts';
import type {MoveParams} from '../options/move-params.ts';

/** Whose disks are planned, from where to where, and how. */
export type DiskPlanContext = {
	readonly definition: DomainDefinition;
	readonly source: string;
	readonly destination: string;
	readonly mark: string;
	readonly wishes: MoveParams;
	/** Files of the destination that the guest has left there and that may be written over. */
	readonly own: readonly ReusableFile[];
	/** Only a running guest has memory that moves; one that is shut off has files that live moves do not take. */
	readonly mode: 'live' | 'cold';
	/** What the options of live migrations say of streams; left out: nothing. */
	readonly transfer?: TransferOptions;
};

/** What holds for the data of a live migration holds for what is copied without libvirt too. */
export type TransferOptions = {
	/** The address on which the destination listens. */
	readonly listen?: string;
	/** The only port at which the destination takes in disks. */
	readonly port?: number;
	/** It must be encrypted; `hostname` is the name in the destination's certificate, where it is not the address. */
	readonly tls?: {readonly hostname?: string};
};

/** A file that may be written over as long as it is this one: see `files/stat.ts`. */
export type ReusableFile = {readonly path: string; readonly identity: string};

/** A file that is copied, and the image that is made for it on the destination, at `path`. */
export type DiskCopy = PlacedImage & {
	/** `vda`. */
	readonly target: string;
	/** Where it is at the source. */
	readonly from: string;
	/** What it holds at the source: less than its size while it has never been written full. */
	readonly dataBytes: number;
	/** The size of a file that no whole number of sectors makes up. */
	readonly exactBytes?: number;
};

/** A disk of the kind that libvirt copies: see `qemuMigrationAnyCopyDisk` and the manual of `--copy-storage-all`. */
export type LocalDisk = DomainDisk & {readonly path: string};

export function writtenDisks({disks}: DomainDefinition): readonly LocalDisk[] {
	return disks.filter((disk): disk is LocalDisk => disk.path !== undefined && !isMedium(disk));
}

/** No migration copies it: a CD-ROM, or a disk that nobody writes to. */
export function isMedium(disk: DomainDisk): boolean {
	return disk.device === 'cdrom' || disk.readonly;
}

/** What is in drives that no migration copies. */
export function mediaOf({disks}: DomainDefinition): readonly LocalDisk[] {
	return disks.filter((disk): disk is LocalDisk => disk.path !== undefined && isMedium(disk));
}

/** A drive of the host itself: what is in it is not a file that could be brought anywhere. */
export function isHostDrive({device, type}: DomainDisk): boolean {
	return device === 'cdrom' && type === 'block';
}
