import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, rateSchema, sizeSchema} from '../../units/units.ts';
import {keptDisks} from '../kept/params.ts';
import {accept, tuning} from '../migration/options/tuning.ts';

const limit = (description: string) => ({type: 'integer', minimum: 1, description}) as const;

const text = {type: 'string', minLength: 1} as const;

/** One text or several. */
const texts = (description: string) =>
	({anyOf: [text, {type: 'array', items: text, minItems: 1}], description}) as const;

const guests = texts(
	'Guests: a name, a glob such as `web*`, `label:prod`, `state:off`, or `all`. One that begins with `!` takes away again.',
);

const policy = {
	enum: ['live', 'live_or_cold', 'stop_and_start', 'leave', 'block'],
	description:
		'What may be done to them: `live` (the default) moves them while they run; `live_or_cold` also those that are off, and stops who cannot go live; `stop_and_start` always stops; `leave` leaves them; `block`: nothing begins while one is there.',
} as const;

const time = {
	type: 'string',
	pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))$',
} as const;

const clockWindow = {
	type: 'object',
	additionalProperties: false,
	required: ['until'],
	properties: {
		not_before: {...time, description: 'No move begins before: `22:00`, or `2026-12-01T22:00+01:00`.'},
		until: {...time, description: 'No move begins that is expected to end after: `04:00`, or a time with its date.'},
		zone: {...text, description: 'Of times of day, such as `Europe/Berlin`. The default is that of the controller.'},
	},
} as const;

const orders = ['priority', 'smallest', 'largest', 'shortest', 'longest', 'busiest', 'name'] as const;

const rule = {
	type: 'object',
	additionalProperties: false,
	required: ['guests'],
	properties: {
		guests,
		across: {
			enum: ['host', 'zone'],
			description: 'On one host (the default) or in one zone, as the variable `zone` says.',
		},
		strength: {
			enum: ['hard', 'soft'],
			description: 'A soft rule may be broken, and is told then. The default is `hard`.',
		},
	},
} as const;

/** How guests move from one set of hosts to another: what `evacuate` and `return_home` have in common. */
export const moving = {
	order: {
		anyOf: [{enum: orders}, {type: 'array', items: {enum: orders}, minItems: 1}],
		description:
			'Who goes first; ties are decided by the next. `busiest`: for whom the most is still to be done on one of the hosts. The default is [priority, busiest].',
	},
	limits: {
		type: 'object',
		additionalProperties: false,
		description: 'How many guests move at once.',
		properties: {
			per_source: limit('From a host. The default is 2.'),
			per_destination: limit('To a host. The default is 2.'),
			per_link: limit('From one host to another. The default is the smaller of both.'),
			total: limit('In the whole run. The default is 5.'),
			storage_weight: limit('What a guest counts whose disks are copied. The default is 2.'),
		},
	},
	bandwidth: {
		anyOf: [{const: 'auto'}, rateSchema],
		description:
			'What the memory, and each disk by itself, may take. `auto`: 0.8 of the slower link, divided among all that move at once. No limit when left out.',
	},
	overcommit: {
		type: 'object',
		additionalProperties: false,
		description: 'How much may be promised to guests for each that there is.',
		properties: {
			memory: {type: 'number', minimum: 1, description: 'The default is 1.'},
			cpus: {type: 'number', exclusiveMinimum: 0, description: 'Virtual CPUs for each real one. The default is 16.'},
		},
	},
	reserve: {
		...sizeSchema,
		description: 'Memory that is kept for each host itself. The default is a twentieth, and 2 GiB at most.',
	},
	measure_dirty_rate: {
		type: 'boolean',
		description:
			'Count for a second how fast each guest changes its memory, before it is planned. QEMU takes samples: a figure can be too low. Else a tenth is assumed to change while it is sent.',
	},
	kept_disks: keptDisks,
	measure_path: {
		type: 'boolean',
		description:
			'Send some data from the source to each destination, and packets of full size, before anything is planned: at most 264 MiB for each. Without it the speed is that of the network cards, or `migration_speed` of the inventory.',
	},
	ask_qemu: {
		type: 'boolean',
		description:
			'Ask the QEMU of each guest what keeps it from moving. libvirt marks a guest that is asked as tainted (`custom-monitor`) until its next start. Without it libvirt asks at the beginning of each move.',
	},
	not_known: {
		enum: ['warn', 'block'],
		description: 'What cannot be checked is told (`warn`, the default), or stands against the move.',
	},
	accept,
	migrate: {
		type: 'object',
		additionalProperties: false,
		description: 'How each guest moves, as in the step `migrate`.',
		properties: tuning,
	},
} as const;

export const evacuateParams = {
	type: 'object',
	additionalProperties: false,
	required: ['to'],
	properties: {
		to: {
			...text,
			description: 'Where the guests may go: a host pattern. No host that is being emptied is among them.',
		},
		guests,
		policy,
		each: {
			type: 'array',
			description:
				'What holds for some guests; a later one stands before an earlier one, and before their own metadata.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['guests'],
				properties: {
					guests,
					policy,
					priority: {type: 'integer', description: 'A guest is never left behind for ones of a lower priority.'},
					pin: {...text, description: 'The only hosts that they may go to: a host pattern.'},
					avoid: {...text, description: 'Hosts that they may not go to.'},
					prefer: {...text, description: 'Hosts that they should go to, if it can be.'},
				},
			},
		},
		together: {type: 'array', items: rule, description: 'Guests that belong on one host or in one zone.'},
		apart: {type: 'array', items: rule, description: 'Guests that must not meet.'},
		headroom: {
			enum: ['none', 'one_host'],
			description: '`one_host`: any one destination may fail afterwards, and the others can start its guests.',
		},
		unplaced: {
			enum: ['others_go', 'nobody_goes'],
			description: 'What happens when a guest has nowhere to go. The default is `others_go`.',
		},
		window: {
			anyOf: [durationSchema, clockWindow],
			description:
				'A duration: who does not fit into this time is left out, the least important first. By the clock: no move begins that is not expected to end by then; `vacate resume` goes on in the next window.',
		},
		round_trip: {
			enum: ['required', 'checked', 'ignored'],
			description:
				'Whether all can come back afterwards: `required` before any goes; `checked` (the default) tells who could not.',
		},
		max_failures_in_a_row: limit(
			'After so many failed moves, one after the other, no more are begun. The default is 5.',
		),
		max_fail_percentage: {
			type: 'number',
			minimum: 0,
			maximum: 100,
			description: 'When more than this part of the guests could not be moved, no more moves are begun.',
		},
		...moving,
	},
} as const;

export type EvacuateParams = FromSchema<typeof evacuateParams>;

/** The time in which all must be done, as far as it is one. */
export function windowDuration({window}: Pick<EvacuateParams, 'window'>): string | undefined {
	return typeof window === 'string' ? window : undefined;
}
