import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {destroy} from '../../virsh/lifecycle/destroy.ts';
import {shutdown} from '../../virsh/lifecycle/shutdown.ts';
import {start} from '../../virsh/lifecycle/start.ts';
import {switchToPostcopy} from '../../virsh/migration/convergence.ts';
import {domjobabort, interruptPostcopy} from '../../virsh/migration/domjobabort.ts';
import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder, type ObservedGuest} from './define-order.ts';

const {guest} = guestParam.properties;

const abortParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest'],
	properties: {
		guest,
		postcopy: {
			type: 'boolean',
			description: '--postcopy: interrupt the post-copy phase. The guest then waits, on both hosts, to be resumed.',
		},
	},
} as const;

const shutdownParams = {
	type: 'object',
	additionalProperties: false,
	required: ['guest'],
	properties: {
		guest,
		timeout: {...durationSchema, default: '5 min', description: 'It must be shut off within this time.'},
	},
} as const;

/** How long a command of libvirt's own may take to show. */
const soonMs = 30_000;

const isOff = ({entry}: Pick<ObservedGuest, 'entry'>) => entry.state === 'shut off';
/** The phase may be over before anybody looks. */
const isInPostcopy = ({entry}: ObservedGuest) =>
	entry.reason.startsWith('post-copy') || (isOff({entry}) && entry.reason === 'migrated');
const withoutDefinition = ({entry}: ObservedGuest) =>
	entry.persistent ? undefined : 'it has no definition, so it would be gone';

/** libvirt remembers it until its daemon ends. */
const whyNotStarted = (seen: ObservedGuest) => {
	if (!isOff(seen)) return `it is ${seen.entry.state}, and not shut off`;
	if (seen.entry.reason !== 'migrated') return undefined;
	return 'it has moved to another host, and would run twice; what is here is an old definition with old disks';
};

/** A part of it is on another host, or may be. */
const inMotion = ({entry, job}: ObservedGuest) =>
	isActiveJob(job) || /^(migrating|starting up|post-copy)/.test(entry.reason)
		? 'it is being moved; virsh_domjobabort on its source ends that, where it can be ended'
		: undefined;

const withoutJob = ({job}: ObservedGuest) => (isActiveJob(job) ? undefined : 'it is not being moved');

/** Steps that tell a guest what to do, by the names of virsh’s subcommands. */
export const virshOrders = [
	defineOrder<GuestParam>({
		name: 'virsh_start',
		summary: 'Start a guest that is shut off. One that has moved to another host is refused, as it may run there.',
		examples: ['virsh_start: web1'],
		params: guestParam,
		short: 'guest',
		end: 'it runs',
		isDone: ({entry}) => entry.state === 'running',
		refusal: whyNotStarted,
		command: (_params, host, uuid) => start(host, uuid),
		timeoutMs: () => soonMs,
		irreversible: 'what a guest has done since it was started cannot be taken back',
	}),
	defineOrder<FromSchema<typeof shutdownParams>>({
		name: 'virsh_shutdown',
		summary: 'Ask a guest to shut down, and wait until it has. It is never ended by force.',
		examples: ['virsh_shutdown: web1', 'virsh_shutdown: {guest: web1, timeout: 10 min}'],
		params: shutdownParams,
		short: 'guest',
		end: 'it is shut off',
		isDone: isOff,
		refusal: withoutDefinition,
		command: (_params, host, uuid) => shutdown(host, uuid),
		timeoutMs: ({timeout = '5 min'}) => parseDuration(timeout),
		irreversible: 'what the guest held in its memory is gone; virsh_start starts it anew',
	}),
	defineOrder<GuestParam>({
		name: 'virsh_destroy',
		summary: 'End a guest at once, as if its power went. One that is being moved is refused.',
		examples: ['virsh_destroy: web1'],
		params: guestParam,
		short: 'guest',
		end: 'it is shut off',
		isDone: isOff,
		refusal: seen => withoutDefinition(seen) ?? inMotion(seen),
		command: (_params, host, uuid) => destroy(host, uuid),
		timeoutMs: () => soonMs,
		irreversible: 'what the guest held in its memory is gone; virsh_start starts it anew',
	}),
	defineOrder<GuestParam>({
		name: 'virsh_migrate_postcopy',
		summary: 'Switch a migration that allows it to post-copy: the guest runs on at the destination now.',
		examples: ['virsh_migrate_postcopy: web1'],
		params: guestParam,
		short: 'guest',
		end: 'it is in the post-copy phase, or has arrived',
		isDone: isInPostcopy,
		orGone: true,
		refusal: withoutJob,
		command: (_params, host, uuid) => switchToPostcopy(host, uuid),
		timeoutMs: () => soonMs,
		irreversible: 'from now on the guest needs both hosts until all of its memory is there',
	}),
	defineOrder<FromSchema<typeof abortParams>>({
		name: 'virsh_domjobabort',
		summary: 'End the migration of a guest, on its source. It runs on there.',
		examples: ['virsh_domjobabort: web1'],
		params: abortParams,
		short: 'guest',
		end: 'no job runs',
		isDone: ({job}) => !isActiveJob(job),
		refusal: () => undefined,
		command: ({postcopy = false}, host, uuid) => (postcopy ? interruptPostcopy : domjobabort)(host, uuid),
		timeoutMs: () => soonMs,
		irreversible: 'a job that has ended does not go on; it can be begun anew',
	}),
] as const;
