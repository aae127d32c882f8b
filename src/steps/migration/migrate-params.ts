import type {FromSchema} from 'json-schema-to-ts';
import {leftFile} from '../kept/params.ts';
import {accept, tuning} from './options/tuning.ts';
import {forcibleShutdownParams} from './shutdown.ts';

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
		stop_and_start: {
			...forcibleShutdownParams,
			description:
				'Shut the guest down if it is running (by the guest agent if it is connected, otherwise by ACPI), move it while it is shut off, and start it at the destination. If the move fails, the guest is started again at the source. A guest that does not shut down keeps running and is not moved. `{}` uses the defaults.',
		},
		accept,
		...tuning,
	},
} as const;

export type MigrateParams = FromSchema<typeof migrateParams>;
