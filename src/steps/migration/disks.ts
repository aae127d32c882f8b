import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {markOf} from '../../files/claim.ts';
import type {Definition, Disk} from '../../virsh/dumpxml.ts';
import type {PlacedImage} from '../images.ts';
import {type DiskOver, isOver, type OwnFile, planOver} from './over.ts';

/** A disk that the migration copies, and the image that is made for it on the destination. */
export type DiskCopy = PlacedImage & {
	/** `vda`. Its path is the same on both hosts. */
	readonly target: string;
	/** What the image holds at the source: less than its size while it has never been written full. */
	readonly dataBytes: number;
};

/** What becomes of a guest's disks. */
export type DiskPlan = {
	readonly copies: readonly DiskCopy[];
	/** Disks that are copied into files that the guest has left at the destination. */
	readonly over: readonly DiskOver[];
	/** Drives that the migration does not copy, with the reason. */
	readonly left: readonly {readonly target: string; readonly reason: string}[];
};

/** The readings that `planDisks` needs for a guest. */
export function diskRequests(definition: Definition, source: string, destination: string): readonly FactRequest[] {
	return copiedDisks(definition).flatMap(({path, format}): readonly FactRequest[] => [
		{kind: 'image', host: source, path, format},
		{kind: 'path', host: destination, path},
	]);
}

/**
 * Decides what is copied. A file that stands in the place of a copy is never touched, but for those that are `own`: what
 * the guest has left there itself.
 *
 * @throws StepError for a disk that cannot be moved, with the remedy.
 */
export function planDisks(
	definition: Definition,
	source: string,
	destination: string,
	mark: string,
	facts: Facts,
	own: readonly OwnFile[] = [],
): DiskPlan {
	const disks = copiedDisks(definition);
	const isOwn = (disk: FileDisk) => isOver(disk, own, destination, facts);
	return {
		copies: disks
			.filter(disk => !isOwn(disk))
			.map(disk => planCopy(disk, definition.name, source, destination, mark, facts)),
		over: disks.filter(isOwn).map(disk => planOver(disk, definition.name, source, destination, own, facts)),
		left: definition.disks.flatMap(disk => {
			const reason = whyLeft(disk);
			return reason === undefined ? [] : [{target: disk.target, reason}];
		}),
	};
}

export type FileDisk = Disk & {readonly path: string};

/** The disks that libvirt copies: all files and devices but those that `whyLeft` names. */
export function copiedDisks(definition: Definition): readonly FileDisk[] {
	return definition.disks.filter((disk): disk is FileDisk => disk.path !== undefined && whyLeft(disk) === undefined);
}

/** libvirt copies all disks but these: see `qemuMigrationSrcNBDStorageCopy` and the manual of `--copy-storage-all`. */
function whyLeft(disk: Disk): string | undefined {
	if (disk.path === undefined) return disk.type === 'network' ? 'on the network' : 'empty';
	if (disk.readonly || disk.device === 'cdrom') return 'read-only: the same file must be there on the destination';
	if (disk.shareable) return 'shareable: it must be on storage that both hosts share';
	return undefined;
}

function planCopy(
	disk: FileDisk,
	guest: string,
	source: string,
	destination: string,
	mark: string,
	facts: Facts,
): DiskCopy {
	if (disk.type !== 'file') {
		throw new StepError(
			`${guest}: disk ${disk.target} is a ${disk.type} device (${disk.path}), and only files are made on a destination`,
			`make ${disk.path} on ${destination} with the same size and move the guest with virsh_migrate`,
			{retry: 'never'},
		);
	}
	const there = facts.of({kind: 'path', host: destination, path: disk.path});
	if (there.type !== 'absent') {
		throw new StepError(
			`${guest}: ${disk.path} is there already on ${destination}, and nothing is ever written over`,
			`look at it with: qemu-img info -U ${disk.path} (on ${destination}); move it away if nobody needs it`,
			{retry: 'never'},
		);
	}
	const [image] = facts.of({kind: 'image', host: source, path: disk.path, format: disk.format});
	if (image === undefined) throw new Error('an image chain is never empty');
	const marked = markOf(disk.path, mark);
	return {
		target: disk.target,
		path: disk.path,
		marked,
		dataBytes: image.actualBytes,
		image: {path: marked, format: disk.format, virtualBytes: image.virtualBytes, options: image.options},
	};
}
