import type {FromSchema} from 'json-schema-to-ts';

const text = {type: 'string', minLength: 1} as const;
const texts = {type: 'array', items: text} as const;

/** Conditions for applying a plan. Paths are relative to the file. */
export const policySchema = {
	type: 'object',
	additionalProperties: false,
	properties: {
		approvals: {
			type: 'integer',
			minimum: 0,
			description: 'Number of different approvers who must have signed the plan.',
		},
		allowed_signers: {
			...text,
			description: 'File of allowed approvers, in the format of ALLOWED SIGNERS in ssh-keygen(1).',
		},
		revoked_keys: {
			...text,
			description: 'Revoked keys: a key revocation list of ssh-keygen, or a file of public keys.',
		},
		not_by: {
			type: 'array',
			items: {enum: ['planner', 'applier']},
			description: 'Roles whose own approval does not count.',
		},
		ticket: {...text, description: 'Regular expression that must match the whole ticket.'},
		calendars: {
			type: 'object',
			additionalProperties: false,
			description: 'iCalendar files.',
			properties: {
				zone: {...text, description: 'The time zone of all-day events and of times without one (default: UTC).'},
				allowed: {...texts, description: 'Calendars: a run may start only during one of their events.'},
				frozen: {...texts, description: 'Calendars: no run may start during any of their events.'},
			},
		},
		programs: {
			type: 'array',
			items: {type: 'array', items: text, minItems: 1},
			description:
				'Programs with arguments that receive the plan as JSON on standard input and reject it with a nonzero exit code.',
		},
		override: {
			type: 'boolean',
			description: 'Allow `--override REASON` to apply a plan that violates the policy (default: false).',
		},
	},
} as const;

export type ApprovalPolicy = FromSchema<typeof policySchema>;
