import type {FromSchema} from 'json-schema-to-ts';

/** The parameter of a step for one guest of the host. */
export const guestParam = {
	type: 'object',
	additionalProperties: false,
	required: ['guest'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
	},
} as const;

export type GuestParam = FromSchema<typeof guestParam>;
