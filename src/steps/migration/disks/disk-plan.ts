import type {NbdCopy} from '../../../qemu-img/stream.ts';
import type {Rewrite, XmlFiles} from '../../../virsh/definition/rewrite-xml.ts';
import type {LeftDisk, ReplacedCopy} from '../../kept/left-disks.ts';
import type {DroppedContents} from './contents.ts';
import type {Device} from './devices.ts';
import type {DiskCopy} from './disk-scene.ts';
import type {Medium} from './media.ts';
import type {ReusedDisk} from './reused-disks.ts';
import type {Probe} from './shared-storage.ts';

/** What happens to the disks of a guest. Empty lists are omitted. */
export type DiskPlan = {
	/** Disks that are copied to new images. */
	readonly copies: readonly DiskCopy[];
	/** Disks that are copied to files that the guest left at the destination. */
	readonly reusedDisks?: readonly ReusedDisk[];
	/** What happens to the images at the source. */
	readonly leaves?: readonly LeftDisk[];
	/** Kept copies of the guest at the destination that new images replace. */
	readonly replaced?: readonly ReplacedCopy[];
	/** Drives that are not copied, with the reason. */
	readonly left: readonly {readonly target: string; readonly reason: string}[];
	/** Contents of images that their copies lack. */
	readonly dropped?: readonly DroppedContents[];
	/** Other files that are copied before the guest moves. */
	readonly extraFiles?: readonly DiskCopy[];
	/** Disks that are copied to existing devices. */
	readonly devices?: readonly Device[];
	/** Probe files that verify shared storage. */
	readonly probes?: readonly Probe[];
	/** Copies without libvirt: files other than disks, and all disks of a guest that is shut off. */
	readonly nbdCopies?: readonly NbdCopy[];
	/** Media that are ejected before the move, inserted after it, or both. */
	readonly ejected?: readonly Medium[];
	/** Paths and names that differ at the destination, and the files with the adapted definitions. */
	readonly moved?: {readonly rewrites: readonly Rewrite[]; readonly files: XmlFiles};
	/** Only the top images are copied. */
	readonly topOnly?: true;
};
