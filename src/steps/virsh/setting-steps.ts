import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, parseDuration, parseSize, sizeSchema} from '../../units/units.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {autostart, noAutostart} from '../../virsh/lifecycle/autostart.ts';
import {resume} from '../../virsh/lifecycle/resume.ts';
import {maxDowntimeArgs, parseMaxDowntime, setMaxDowntime, suspend} from '../../virsh/migration/convergence.ts';
import {
	compressionCache,
	compressionCacheText,
	parseCompressionCache,
	parseNumber,
	postcopySpeed,
	speed,
} from '../../virsh/migration/migration-limits.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

const {guest} = guestParam.properties;

const downtimeParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'downtime'],
	properties: {
		guest,
		downtime: {...durationSchema, description: 'How long the guest may stand still at the end of a migration: 300 ms.'},
	},
} as const;

const speedParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'bandwidth_mib'],
	properties: {
		guest,
		bandwidth_mib: {type: 'integer', minimum: 1, description: 'At most so many MiB a second, of the memory.'},
		postcopy: {type: 'boolean', description: '--postcopy: the rate of the post-copy phase.'},
	},
} as const;

const cacheParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'size'],
	properties: {guest, size: {...sizeSchema, description: 'The size of the cache, a power of two: 64 MiB.'}},
} as const;

const autostartParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest'],
	properties: {guest, disable: {type: 'boolean', description: '--disable: it no longer starts with its host.'}},
} as const;

/** Paused by nobody but a person: what a migration has paused is not to be touched. */
function isPaused({state, reason}: DomainStatus): boolean | undefined {
	if (state === 'running') return false;
	return state === 'paused' && reason === 'user' ? true : undefined;
}

function toldPause(paused: number | boolean): Partial<DomainStatus> {
	return paused === true ? {state: 'paused', reason: 'user'} : {state: 'running', reason: 'unpaused'};
}

const limitOf = (params: FromSchema<typeof speedParams>) => (params.postcopy === true ? postcopySpeed : speed);

/** Steps that set one thing of a guest, by the names of virsh’s subcommands. */
export const virshSettings = [
	defineSetting<FromSchema<typeof downtimeParams>>({
		name: 'virsh_migrate_setmaxdowntime',
		summary: 'Set how long a guest may stand still at the end of its migration, before it or while it runs.',
		examples: ['virsh_migrate_setmaxdowntime: {guest: web1, downtime: 500 ms}'],
		params: downtimeParams,
		thing: 'the longest downtime',
		words: (_params, uuid) => maxDowntimeArgs(uuid),
		current: (_entry, answer) => parseMaxDowntime(answer),
		wanted: ({downtime}) => parseDuration(downtime),
		told: String,
		set: (_params, host, uuid, ms) => setMaxDowntime(host, uuid, Number(ms)),
	}),
	defineSetting<FromSchema<typeof speedParams>>({
		name: 'virsh_migrate_setspeed',
		summary: 'Limit the rate at which a guest’s memory is sent. Disks keep the rate that their copy began with.',
		examples: ['virsh_migrate_setspeed: {guest: web1, bandwidth_mib: 100}'],
		params: speedParams,
		thing: 'the migration speed',
		words: (params, uuid) => limitOf(params).words(uuid),
		current: (_entry, answer) => parseNumber(answer),
		wanted: ({bandwidth_mib: mib}) => mib,
		told: String,
		set: (params, host, uuid, mib) => limitOf(params).set(host, uuid, Number(mib)),
	}),
	defineSetting<FromSchema<typeof cacheParams>>({
		name: 'virsh_migrate_compcache',
		summary: 'Set the size of the cache of a compressed migration.',
		examples: ['virsh_migrate_compcache: {guest: web1, size: 128 MiB}'],
		params: cacheParams,
		thing: 'the compression cache',
		words: (_params, uuid) => compressionCache.words(uuid),
		current: (_entry, answer) => parseCompressionCache(answer),
		wanted: ({size}) => parseSize(size),
		told: bytes => compressionCacheText(Number(bytes)),
		set: (_params, host, uuid, bytes) => compressionCache.set(host, uuid, Number(bytes)),
	}),
	defineSetting<FromSchema<typeof autostartParams>>({
		name: 'virsh_autostart',
		summary: 'Start a guest with its host, or no longer.',
		examples: ['virsh_autostart: web1', 'virsh_autostart: {guest: web1, disable: true}'],
		params: autostartParams,
		short: 'guest',
		thing: 'the start with the host',
		current: entry => (entry.persistent ? entry.autostart : undefined),
		wanted: ({disable = false}) => !disable,
		told: on => ({autostart: on === true}),
		set: (_params, host, uuid, on) => (on === true ? autostart : noAutostart)(host, uuid),
	}),
	defineSetting<GuestParam>({
		name: 'virsh_suspend',
		summary: 'Pause a running guest.',
		examples: ['virsh_suspend: web1'],
		params: guestParam,
		short: 'guest',
		thing: 'the pause',
		current: isPaused,
		wanted: () => true,
		told: toldPause,
		set: (_params, host, uuid, paused) => (paused === true ? suspend : resume)(host, uuid),
	}),
	defineSetting<GuestParam>({
		name: 'virsh_resume',
		summary: 'Let a guest that somebody has paused run on. One that a migration holds is refused.',
		examples: ['virsh_resume: web1'],
		params: guestParam,
		short: 'guest',
		thing: 'the pause',
		current: isPaused,
		wanted: () => false,
		told: toldPause,
		set: (_params, host, uuid, paused) => (paused === true ? suspend : resume)(host, uuid),
	}),
] as const;
