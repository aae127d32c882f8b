import type {FromSchema} from 'json-schema-to-ts';
import {leftFile} from '../kept/params.ts';
import {accept, tuning} from './options/tuning.ts';

/** The parameters of `migrate`. */
export const migrateParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'Name of the destination, as in the inventory.'},
		over: {
			type: 'array',
			description:
				'Files that the guest left at the destination. Each is overwritten if its device, inode and birth time still match.',
			items: leftFile,
		},
		accept,
		...tuning,
	},
} as const;

export type MigrateParams = FromSchema<typeof migrateParams>;
