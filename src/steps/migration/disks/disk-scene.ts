import type {DomainDefinition, DomainDisk} from '../../../virsh/dumpxml.ts';
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
