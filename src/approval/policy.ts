import type {FromSchema} from 'json-schema-to-ts';

const text = {type: 'string', minLength: 1} as const;
const texts = {type: 'array', items: text} as const;

/** What must hold before a plan is carried out. Paths are relative to the file. */
export const policySchema = {
	type: 'object',
	additionalProperties: false,
	properties: {
		approvals: {type: 'integer', minimum: 0, description: 'How many different approvers must have signed the plan.'},
		allowed_signers: {
			...text,
			description: 'Who may approve: a file as ssh-keygen(1) describes under ALLOWED SIGNERS.',
		},
		revoked_keys: {...text, description: 'Keys that no longer count: a revocation list of ssh-keygen, or public keys.'},
		not_by: {
			type: 'array',
			items: {enum: ['planner', 'applier']},
			description: 'Whose own approval does not count.',
		},
		ticket: {...text, description: 'A regular expression that the ticket must match as a whole.'},
		calendars: {
			type: 'object',
			additionalProperties: false,
			description: 'iCalendar files.',
			properties: {
				zone: {...text, description: 'The time zone of all-day events and of times without one (default: UTC).'},
				allowed: {...texts, description: 'It may begin only within an event of one of these.'},
				frozen: {...texts, description: 'It may not begin within an event of any of these.'},
			},
		},
		programs: {
			type: 'array',
			items: {type: 'array', items: text, minItems: 1},
			description:
				'Programs with their arguments that read the plan as JSON and refuse it by an exit code other than 0.',
		},
		override: {
			type: 'boolean',
			description: 'Whether --override REASON carries a plan out all the same (default: no).',
		},
	},
} as const;

export type ApprovalPolicy = FromSchema<typeof policySchema>;
