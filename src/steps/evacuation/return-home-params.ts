import type {FromSchema} from 'json-schema-to-ts';
import {leftFile} from '../kept/params.ts';
import {moveParams} from '../migration/options/move-params.ts';
import {forcibleShutdownParams} from '../migration/shutdown.ts';
import {moving} from './evacuate-params.ts';

const kept = {
	type: 'array',
	description:
		'Files that the guest left at its home. Each is overwritten if its device, inode and birth time still match.',
	items: leftFile,
} as const;

export const returnHomeParams = {
	type: 'object',
	additionalProperties: false,
	properties: {
		guests: {
			type: 'array',
			description:
				'Guests to move back, and their current hosts. Default: every guest that this run first moved away from this host.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['guest', 'from'],
				properties: {
					guest: {type: 'string', description: 'UUID of the guest.'},
					name: {type: 'string', description: 'Name of the guest, for readers only.'},
					from: {type: 'string', description: 'Host that the guest is on.'},
					kept,
					stopped: {
						...forcibleShutdownParams,
						description: 'The guest was shut down for its move, and moves back in the same way.',
					},
					restores: {
						type: 'object',
						additionalProperties: false,
						description:
							'Parameters of its move that give the guest its own networks, listen address and media again, unless `migrate` overrides them.',
						properties: {
							network_map: moveParams.network_map,
							graphics_listen: moveParams.graphics_listen,
							insert_media: moveParams.insert_media,
						},
					},
				},
			},
		},
		required: {
			type: 'boolean',
			description:
				'Fail the task if a guest cannot move back (with `any_errors_fatal` in the play, this ends the run). Default: warn.',
		},
		...moving,
	},
} as const;

export type ReturnHomeParams = FromSchema<typeof returnHomeParams>;
