import {switchToPostcopy} from '../../virsh/migration/convergence.ts';
import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {isOff, soonMs} from './lifecycle.ts';

/** Switches a migration to post-copy. */
export const virshMigratePostcopy = defineOrder<GuestParam>({
	name: 'virsh_migrate_postcopy',
	summary: 'Switch a migration that allows it to post-copy: the guest runs on at the destination now.',
	examples: ['virsh_migrate_postcopy: web1'],
	params: guestParam,
	short: 'guest',
	end: 'it is in the post-copy phase, or has arrived',
	// The phase may be over before anybody looks.
	isDone: ({entry}) => entry.reason.startsWith('post-copy') || (isOff({entry}) && entry.reason === 'migrated'),
	orGone: true,
	refusal: ({job}) => (isActiveJob(job) ? undefined : 'it is not being moved'),
	command: (_params, host, uuid) => switchToPostcopy(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'from now on the guest needs both hosts until all of its memory is there',
});
