import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema} from '../../units/units.ts';

/** A file that a guest left on a host, as a parameter. */
export const leftFile = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'identity'],
	properties: {
		path: {type: 'string', description: 'Path of the file.'},
		identity: {type: 'string', description: 'Device, inode and birth time of the file.'},
	},
} as const;

/** What happens to the disks that a guest leaves at its source. */
export const keptDisks = {
	anyOf: [
		{enum: ['keep', 'delete']},
		{
			type: 'object',
			additionalProperties: false,
			required: ['keep_for'],
			properties: {
				keep_for: {...durationSchema, description: 'Minimum time to keep a copy, such as 30 d.'},
			},
		},
	],
	description:
		'What happens to the local disks at the source after the move. `keep` (the default): they stay as kept copies, recorded on that host. `delete`: they are deleted after the move is verified. `{keep_for: 30 d}`: they stay, and `clean_disks` deletes them no earlier than that.',
} as const;

export type KeptDisks = FromSchema<typeof keptDisks>;
