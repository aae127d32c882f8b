import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, rateSchema, sizeSchema} from '../../units/units.ts';
import {keptDisks} from '../kept/params.ts';
import {accept, tuning} from '../migration/options/tuning.ts';
import {forcibleShutdownParams, shutdownParams} from '../migration/shutdown.ts';

const limit = (description: string) => ({type: 'integer', minimum: 1, description}) as const;

const text = {type: 'string', minLength: 1} as const;

/** A string or a list of strings. */
const texts = (description: string) =>
	({anyOf: [text, {type: 'array', items: text, minItems: 1}], description}) as const;

const guests = texts(
	'Guests to select: a name, a glob such as `web*`, `label:prod`, `state:off`, or `all`. A leading `!` excludes guests.',
);

const policy = {
	enum: ['live', 'live_or_cold', 'stop_and_start', 'leave', 'block'],
	description:
		'How the guests may be moved. `live` (the default): while running only. `live_or_cold`: also while shut off; a running guest that cannot move live is shut down, moved, and started at its destination. `stop_and_start`: so every running guest is moved. `leave`: do not move. `block`: start no move while such a guest is on the host.',
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
			description: 'Scope of the rule: one host (the default) or one zone, as set by the variable `zone`.',
		},
		strength: {
			enum: ['hard', 'soft'],
			description: 'A `soft` rule may be broken, with a warning. Default: `hard`.',
		},
	},
} as const;

/** Parameters common to `evacuate` and `return_home`. */
export const moving = {
	order: {
		anyOf: [{enum: orders}, {type: 'array', items: {enum: orders}, minItems: 1}],
		description:
			'Sort keys for the order of moves; each next key breaks ties. `busiest`: guests on the host with the most remaining work first. Default: [priority, busiest].',
	},
	limits: {
		type: 'object',
		additionalProperties: false,
		description:
			'Maximum numbers of concurrent moves. A guest whose disks are copied counts as `storage_weight` against each limit: with the defaults one such guest moves at a time from or to a host, or two that have no disks to copy.',
		properties: {
			per_source: limit('From each source (default: 2).'),
			per_destination: limit('To each destination (default: 2).'),
			per_link: limit('Between each pair of hosts (default: the smaller of per_source and per_destination).'),
			total: limit('In the whole run (default: 5).'),
			storage_weight: limit(
				'How many moves a guest with copied disks counts as (default: 2); with 1, `per_source: 2` moves two of them at a time.',
			),
		},
	},
	bandwidth: {
		anyOf: [{const: 'auto'}, rateSchema],
		description:
			'Bandwidth limit for the memory and for each disk of a move. `auto`: 80 % of the slower link, divided among the concurrent moves. Default: no limit.',
	},
	overcommit: {
		type: 'object',
		additionalProperties: false,
		description: 'Overcommit ratios of the destinations.',
		properties: {
			memory: {type: 'number', minimum: 1, description: 'Guest memory per host memory (default: 1).'},
			cpus: {type: 'number', exclusiveMinimum: 0, description: 'Virtual CPUs per host CPU (default: 16).'},
		},
	},
	reserve: {
		...sizeSchema,
		description: 'Memory reserved for each host itself (default: 5 %, at most 2 GiB).',
	},
	measure_dirty_rate: {
		type: 'boolean',
		description:
			'Measure for one second how fast each guest dirties its memory, before planning. QEMU samples pages, so the rate can be too low. Without it, 10 % dirtied memory is assumed.',
	},
	kept_disks: keptDisks,
	measure_path: {
		type: 'boolean',
		description:
			'Measure link speed and MTU before planning, by sending at most 264 MiB from the source to each destination. Without it, the speed of the NICs or the inventory variable `migration_speed` is used.',
	},
	ask_qemu: {
		type: 'boolean',
		description:
			'Query QEMU for migration blockers of each guest. libvirt marks a queried guest as tainted (`custom-monitor`) until its next start. Without it, libvirt checks at the start of each move.',
	},
	not_known: {
		enum: ['warn', 'block'],
		description: 'Whether checks that cannot be performed are warnings (`warn`, the default) or blockers (`block`).',
	},
	accept,
	migrate: {
		type: 'object',
		additionalProperties: false,
		description: 'Options of each move, as for the step `migrate`.',
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
			description: 'Host pattern of the allowed destinations. Hosts that are being evacuated are excluded.',
		},
		guests,
		policy,
		shutdown: shutdownParams,
		each: {
			type: 'array',
			description:
				'Settings for some guests. Later entries override earlier ones, and all override the metadata of the guest.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['guests'],
				properties: {
					guests,
					policy,
					shutdown: forcibleShutdownParams,
					priority: {
						type: 'integer',
						description: 'Priority of the guests. A guest never stays behind in favor of guests with a lower priority.',
					},
					pin: {...text, description: 'Host pattern of the only allowed destinations.'},
					avoid: {...text, description: 'Host pattern of forbidden destinations.'},
					prefer: {...text, description: 'Host pattern of preferred destinations.'},
				},
			},
		},
		together: {type: 'array', items: rule, description: 'Rules for guests that must be on one host or in one zone.'},
		apart: {type: 'array', items: rule, description: 'Rules for guests that must not be on one host or in one zone.'},
		headroom: {
			enum: ['none', 'one_host'],
			description:
				'`one_host`: keep enough memory free that the other destinations can start the guests of any one that fails. Default: none.',
		},
		unplaced: {
			enum: ['others_go', 'nobody_goes'],
			description:
				'If a guest cannot be placed, move the others (`others_go`, the default) or move no guest (`nobody_goes`).',
		},
		window: {
			anyOf: [durationSchema, clockWindow],
			description:
				'Maximum duration of all moves: guests that do not fit stay, starting with the lowest priority. Or a window by the clock: no move starts that is not expected to end in time; `vacate resume` continues in the next window.',
		},
		round_trip: {
			enum: ['required', 'checked', 'ignored'],
			description:
				'Check whether all guests could move back. `checked` (the default): warn. `required`: move no guest unless all could.',
		},
		next_best_destination: {
			type: 'boolean',
			description:
				'Whether a guest whose move fails for a reason of its destination, such as too little memory, moves to another of the allowed destinations, when the other moves have ended; also while a plan is applied. Each destination is tried once. Default: true, but false where a policy requires approvals, because approvers have reviewed the destinations of the plan; the plan mentions an explicit `true`.',
		},
		max_failures_in_a_row: limit('Start no more moves after this number of consecutive failures (default: 5).'),
		max_fail_percentage: {
			type: 'number',
			minimum: 0,
			maximum: 100,
			description: 'Start no more moves when more than this percentage of the guests failed to move.',
		},
		...moving,
	},
} as const;

export type EvacuateParams = FromSchema<typeof evacuateParams>;

/** The time in which all must be done, as far as it is one. */
export function windowDuration({window}: Pick<EvacuateParams, 'window'>): string | undefined {
	return typeof window === 'string' ? window : undefined;
}
