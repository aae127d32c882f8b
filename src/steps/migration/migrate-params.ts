import type {FromSchema} from 'json-schema-to-ts';
import {accept, tuning} from './options/tuning.ts';

/** The parameters of `migrate`. */
export const migrateParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'The destination, by its name in the inventory.'},
		over: {
			type: 'array',
			description:
				'Files of the destination that the guest has left there, with device, inode and time of birth: they are written over while they are these.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['path', 'identity'],
				properties: {
					path: {type: 'string', description: 'The file.'},
					identity: {type: 'string', description: 'Its device, inode and time of birth.'},
				},
			},
		},
		accept,
		...tuning,
	},
} as const;

export type MigrateParams = FromSchema<typeof migrateParams>;
