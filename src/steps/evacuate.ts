import type {CensusEntry} from '../virsh/census.ts';
import {isActive} from '../virsh/states.ts';
import {overheadKib, place} from './evacuate/place.ts';
import {tuning} from './migration/tuning.ts';
import {defineComposite, type Expansion} from './step.ts';

const limit = (description: string) => ({type: 'integer', minimum: 1, description}) as const;

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['to'],
	properties: {
		to: {
			type: 'string',
			minLength: 1,
			description: 'Where the guests may go: a host pattern. The host itself is never among them.',
		},
		order: {
			enum: ['largest', 'smallest', 'name'],
			description: 'Which guests go first, by memory or by name. Largest first is the default: it fits best.',
		},
		limits: {
			type: 'object',
			additionalProperties: false,
			description: 'How many guests move at once.',
			properties: {
				per_source: limit('From this host. The default is 2.'),
				per_destination: limit('To each destination. The default is 2.'),
				total: limit('In all. The default is 5.'),
			},
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
		migrate: {
			type: 'object',
			additionalProperties: false,
			description: 'How each guest moves, as in the step `migrate`.',
			properties: tuning,
		},
	},
} as const;

/** Moves every running guest of the host to others. */
export const evacuate = defineComposite<typeof params>({
	kind: 'composite',
	name: 'evacuate',
	summary: 'Move every running guest of the host to other hosts, several at once.',
	examples: [
		'evacuate: {to: "compute:!kvm1"}',
		'evacuate: {to: compute, limits: {per_source: 4, per_destination: 2}, migrate: {auto_converge: true}}',
	],
	params,
	short: 'to',

	needs({to}, at, facts) {
		const destinations = destinationsOf(to, at);
		const running = facts.get({kind: 'census', host: at.host})?.filter(({state}) => isActive(state)) ?? [];
		return [
			{kind: 'census', host: at.host},
			...running.map(({uuid}) => ({kind: 'domain', host: at.host, uuid}) as const),
			...destinations.flatMap(host => [{kind: 'census', host} as const, {kind: 'host', host} as const]),
		];
	},

	bounds: ({max_failures_in_a_row: inARow = 5, max_fail_percentage: percent}) => ({inARow, percent}),

	expand({to, order = 'largest', limits, migrate = {}}, at, facts): Expansion {
		const guests = facts.of({kind: 'census', host: at.host}).toSorted(comparing(order));
		const running = guests.filter(({state}) => isActive(state));
		const rooms = destinationsOf(to, at).map(host => {
			const {availableKib: freeKib, memoryKib} = facts.of({kind: 'host', host});
			const there = facts.of({kind: 'census', host});
			const taken = there.filter(({state}) => isActive(state)).map(guest => guest.memoryKib + overheadKib);
			return {host, freeKib, spareKib: taken.reduce((left, kib) => left - kib, memoryKib), guests: there.length};
		});
		const {placed, homeless} = place(running, rooms);
		return {
			parts: placed.map(({guest, host}) => ({
				step: 'migrate',
				guest: guest.name,
				to: host,
				params: {...migrate, guest: guest.uuid, to: host},
				claims: [`per_source ${at.host}`, `per_destination ${host}`, 'total'],
			})),
			limits: {
				[`per_source ${at.host}`]: limits?.per_source ?? 2,
				...Object.fromEntries(rooms.map(({host}) => [`per_destination ${host}`, limits?.per_destination ?? 2])),
				total: limits?.total ?? 5,
			},
			left: [
				...homeless.map(({name, memoryKib}) => ({
					guest: name,
					reason: `no destination has ${Math.ceil(memoryKib / 1024)} MiB of memory to spare`,
					remedy: `add a host to ${to}, or free memory on one`,
					fails: true,
				})),
				...guests
					.filter(({state}) => !isActive(state))
					.map(({name, state}) => ({
						guest: name,
						reason: `it is ${state}, and only running guests are moved`,
						remedy: `virsh start ${name} (on ${at.host}), and evacuate again`,
						fails: false,
					})),
			],
		};
	},
});

function destinationsOf(pattern: string, {host, hosts}: {host: string; hosts: (pattern: string) => readonly string[]}) {
	return hosts(pattern).filter(name => name !== host);
}

function comparing(order: 'largest' | 'smallest' | 'name'): (a: CensusEntry, b: CensusEntry) => number {
	const byName = (a: CensusEntry, b: CensusEntry) => (a.name < b.name ? -1 : 1);
	switch (order) {
		case 'largest':
			return (a, b) => b.memoryKib - a.memoryKib || byName(a, b);
		case 'smallest':
			return (a, b) => a.memoryKib - b.memoryKib || byName(a, b);
		case 'name':
			return byName;
	}
}
