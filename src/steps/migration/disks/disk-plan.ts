import type {NbdCopy} from '../../../qemu-img/stream.ts';
import type {Rewrite, XmlFiles} from '../../../virsh/definition/rewrite-xml.ts';
import type {LeftDisk, ReplacedCopy} from '../../kept/left-disks.ts';
import type {DroppedContents} from './contents.ts';
import type {Device} from './copies.ts';
import type {DiskCopy} from './disk-scene.ts';
import type {Medium} from './media.ts';
import type {ReusedDisk} from './reused-disks.ts';
import type {Probe} from './shared-storage.ts';

/** What becomes of a guest's disks. What is empty is left out. */
export type DiskPlan = {
	/** Disks that are copied onto new images. */
	readonly copies: readonly DiskCopy[];
	/** Disks that are copied into files that the guest has left at the destination. */
	readonly reusedDisks?: readonly ReusedDisk[];
	/** What becomes of the images at the source. */
	readonly leaves?: readonly LeftDisk[];
	/** Kept copies of the guest at the destination, which the new images replace. */
	readonly replaced?: readonly ReplacedCopy[];
	/** Drives that are not copied, with the reason. */
	readonly left: readonly {readonly target: string; readonly reason: string}[];
	/** What images contain and their copies do not. */
	readonly dropped?: readonly DroppedContents[];
	/** Files that are copied beside the disks, before the guest moves. */
	readonly extraFiles?: readonly DiskCopy[];
	/** Disks that are copied onto devices that are there. */
	readonly devices?: readonly Device[];
	/** What proves that storage is shared. */
	readonly probes?: readonly Probe[];
	/** What goes from host to host without libvirt: files beside the disks, and all disks of a guest that is shut off. */
	readonly nbdCopies?: readonly NbdCopy[];
	/** What is taken out of drives before the move. */
	readonly ejected?: readonly Medium[];
	/** Paths that are others at the destination, and the files with the definitions that say so. */
	readonly moved?: {readonly rewrites: readonly Rewrite[]; readonly files: XmlFiles};
	/** Only the top images are copied. */
	readonly topOnly?: true;
};
