import {switchToPostcopy} from '../../virsh/migration/convergence.ts';
import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {isOff, soonMs} from './lifecycle.ts';

/** Switches a migration to post-copy. */
export const virshMigratePostcopy = defineOrder<GuestParam>({
	name: 'virsh_migrate_postcopy',
	summary:
		'Switch a migration that was started with `--postcopy` to post-copy: the guest continues at the destination.',
	examples: ['virsh_migrate_postcopy: web1'],
	params: guestParam,
	short: 'guest',
	end: 'in post-copy or moved',
	// The phase may be over before anybody looks.
	isDone: ({entry}) => entry.reason.startsWith('post-copy') || (isOff({entry}) && entry.reason === 'migrated'),
	orGone: true,
	refusal: ({job}) => (isActiveJob(job) ? undefined : 'the guest has no active migration'),
	command: (_params, host, uuid) => switchToPostcopy(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'the guest depends on both hosts until all of its memory has been sent',
});
