import type {FromSchema} from 'json-schema-to-ts';
import {maxDowntimeArgs, parseMaxDowntime} from '../../virsh/migration/convergence.ts';
import {parseNumber, postcopySpeed, speed} from '../../virsh/migration/migration-limits.ts';
import {virsh} from '../../virsh/virsh.ts';
import {defineCensusReading, defineReading} from '../common/define-reading.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';

const speedParams = {
	...guestParam,
	properties: {
		...guestParam.properties,
		postcopy: {type: 'boolean', description: '--postcopy: the rate of the post-copy phase.'},
	},
} as const;

/** Steps that read one figure of a guest, by the names of virsh’s subcommands. */
export const virshFigures = [
	defineReading<GuestParam>({
		name: 'virsh_migrate_getmaxdowntime',
		summary: 'Read how long a guest may stand still at the end of its migration: `downtime_ms`.',
		examples: ['virsh_migrate_getmaxdowntime: web1'],
		params: guestParam,
		short: 'guest',
		command: ({guest}, host) => virsh(host, 'read', maxDowntimeArgs(guest)),
		result: stdout => ({downtime_ms: parseMaxDowntime(stdout)}),
	}),
	defineReading<FromSchema<typeof speedParams>>({
		name: 'virsh_migrate_getspeed',
		summary: 'Read the limit of the rate at which a guest’s memory is sent: `bandwidth_mib`.',
		examples: ['virsh_migrate_getspeed: web1'],
		params: speedParams,
		short: 'guest',
		command: ({guest, postcopy = false}, host) => virsh(host, 'read', (postcopy ? postcopySpeed : speed).words(guest)),
		result: stdout => ({bandwidth_mib: parseNumber(stdout.trim())}),
	}),
	defineCensusReading<GuestParam>({
		name: 'virsh_domstate',
		summary:
			'Read the state of a guest, and why it is so: `state`, `reason`; `absent` when the host has no such guest.',
		examples: ['virsh_domstate: web1'],
		params: guestParam,
		short: 'guest',
		result: (entries, {guest}) =>
			entries.find(({name, uuid}) => name === guest || uuid === guest) ?? {name: guest, state: 'absent'},
	}),
] as const;
