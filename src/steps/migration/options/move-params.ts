import type {FromSchema} from 'json-schema-to-ts';
import {keptDisks} from '../../kept/params.ts';

/** What becomes of a guest's disks and definitions: the same parameters for one guest and for all of a host. */
export const moveParams = {
	copy_storage: {
		enum: ['all', 'inc', 'none'],
		description:
			'Which disks are copied. `all` (the default): those that the destination does not share, each as one image with all that the images below it hold. `inc`: the top image only, where the destination has the same images below. `none`: no disk; all must be shared.',
	},
	storage_map: {
		type: 'object',
		minProperties: 1,
		propertyNames: {pattern: '^/'},
		additionalProperties: {type: 'string', pattern: '^/'},
		description:
			'Where disks stand at the destination, if not where they stood: {/var/lib/libvirt/images: /data/images}. A folder stands for all below it; the longest that fits counts.',
	},
	media: {
		enum: ['keep', 'eject', 'copy'],
		description:
			'What is done with CD-ROMs and read-only disks, which no migration copies. `keep` (the default): the destination must have the file. `eject`: CD-ROMs are taken out before, and put in again where the destination has the file. `copy`: a file that the destination lacks is copied before.',
	},
	block_devices: {
		enum: ['refuse', 'overwrite'],
		description:
			'`overwrite`: a disk that is a block device is copied onto the one at its place at the destination, which must be as large; what was on it is lost. No device is written to by default.',
	},
	image_contents: {
		enum: ['refuse', 'drop'],
		description:
			'What is done with snapshots within an image (those of `qemu-img snapshot`) and its bitmaps, which no copy holds. `refuse` (the default): the guest stays. `drop`: it moves without them; the image at the source keeps them.',
	},
	kept_disks: keptDisks,
	persistent: {
		type: 'boolean',
		description: 'Whether it has a definition at the destination. As it was at the source when left out.',
	},
	undefine_source: {
		type: 'boolean',
		description: 'Whether its definition at the source goes when it has arrived; true when left out.',
	},
	offline: {
		type: 'boolean',
		description: 'Move the guest also when it is shut off: its disks, then its definition.',
	},
} as const;

const schema = {type: 'object', additionalProperties: false, properties: moveParams} as const;

export type MoveParams = FromSchema<typeof schema>;

/** Parts the parameters of a move: what is wished of disks and definitions, and all others. */
export function splitMoveParams<Params extends MoveParams>(
	params: Params,
): {readonly wishes: MoveParams; readonly chosen: Omit<Params, keyof MoveParams>} {
	const {
		copy_storage,
		storage_map,
		media,
		block_devices,
		image_contents,
		kept_disks,
		persistent,
		undefine_source,
		offline,
		...chosen
	} = params;
	const all = {
		copy_storage,
		storage_map,
		media,
		block_devices,
		image_contents,
		kept_disks,
		persistent,
		undefine_source,
		offline,
	};
	const said = Object.entries(all).filter(([, value]) => value !== undefined);
	return {wishes: Object.fromEntries(said), chosen};
}
