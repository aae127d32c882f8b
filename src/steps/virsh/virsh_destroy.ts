import {destroy} from '../../virsh/lifecycle.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {inMotion, isOff, soonMs, withoutDefinition} from './lifecycle.ts';

/** Ends a guest by force. */
export const virshDestroy = defineOrder<GuestParam>({
	name: 'virsh_destroy',
	summary: 'End a guest immediately, as if its power were cut. Refused during a migration of the guest.',
	examples: ['virsh_destroy: web1'],
	params: guestParam,
	short: 'guest',
	end: 'shut off',
	isDone: isOff,
	refusal: seen => withoutDefinition(seen) ?? inMotion(seen),
	command: (_params, host, uuid) => destroy(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'the memory of the guest is lost; virsh_start starts it again',
});
