import type {FromSchema} from 'json-schema-to-ts';
import {keptDisks} from '../../kept/params.ts';

/** What happens to the disks and definitions of a guest. The parameters are the same for `migrate` and `evacuate`. */
export const moveParams = {
	copy_storage: {
		enum: ['all', 'inc', 'none'],
		description:
			'Which disks to copy. `all` (the default): all disks that are not on shared storage, each as a single image that includes its backing files. `inc`: the top image only; the destination must have identical backing files. `none`: no disks; all must be on shared storage.',
	},
	storage_map: {
		type: 'object',
		minProperties: 1,
		propertyNames: {pattern: '^/'},
		additionalProperties: {type: 'string', pattern: '^/'},
		description:
			'Maps paths of disks at the source to paths at the destination, such as {/var/lib/libvirt/images: /data/images}. A directory applies to everything below it; the longest match wins.',
	},
	network_map: {
		type: 'object',
		minProperties: 1,
		additionalProperties: {type: 'string', minLength: 1},
		description:
			'Maps networks, bridges and parents of macvtaps at the source to those at the destination by name, such as {br0: br1, default: internal}. Overrides the same names in the variable network_map of the destination.',
	},
	graphics_listen: {
		type: 'string',
		minLength: 1,
		description:
			'Address on which VNC and SPICE listen at the destination, instead of an address of the source. Wildcard and loopback addresses stay. Default: the variable graphics_listen of the destination.',
	},
	media: {
		enum: ['keep', 'eject', 'copy'],
		description:
			'What to do with CD-ROMs and read-only disks, which migrations do not copy. `keep` (the default): the destination must have the same file. `eject`: eject CD-ROMs before the move, and insert them again where the destination has the file. `copy`: copy files that the destination lacks before the move.',
	},
	insert_media: {
		type: 'object',
		minProperties: 1,
		additionalProperties: {type: 'string', minLength: 1},
		description:
			'Files to insert after the move into drives that are empty, such as {sda: /iso/tools.iso}; a file that the destination lacks is not inserted. A way back sets it for media that `media: eject` has ejected.',
	},
	block_devices: {
		enum: ['refuse', 'overwrite'],
		description:
			'`overwrite`: copy block devices onto the devices with the same (or mapped) path at the destination, which must have the same size; their contents are lost. Default: fail.',
	},
	writable_folders: {
		enum: ['refuse', 'allow'],
		description:
			'`allow`: also create images in directories that users other than root and the accounts of libvirt and QEMU can write to; they can redirect what root writes there. Default: fail.',
	},
	image_contents: {
		enum: ['refuse', 'drop'],
		description:
			'What to do with internal snapshots (of `qemu-img snapshot`) and bitmaps, which copies lack. `refuse` (the default): fail. `drop`: move without them; the image at the source keeps them.',
	},
	kept_disks: keptDisks,
	persistent: {
		type: 'boolean',
		description: 'Make the guest persistent at the destination. Default: as at the source.',
	},
	undefine_source: {
		type: 'boolean',
		description: 'Undefine the guest at the source after the move (default: true).',
	},
	offline: {
		type: 'boolean',
		description: 'Also move the guest if it is shut off: copy its disks, then move its definition.',
	},
} as const;

const schema = {type: 'object', additionalProperties: false, properties: moveParams} as const;

export type MoveParams = FromSchema<typeof schema>;

/** Splits the parameters of a move into those of disks and definitions, and all others. */
export function splitMoveParams<Params extends MoveParams>(
	params: Params,
): {readonly requested: MoveParams; readonly chosen: Omit<Params, keyof MoveParams>} {
	const {
		copy_storage,
		storage_map,
		network_map,
		graphics_listen,
		media,
		insert_media,
		block_devices,
		writable_folders,
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
		network_map,
		graphics_listen,
		media,
		insert_media,
		block_devices,
		writable_folders,
		image_contents,
		kept_disks,
		persistent,
		undefine_source,
		offline,
	};
	const said = Object.entries(all).filter(([, value]) => value !== undefined);
	return {requested: Object.fromEntries(said), chosen};
}
