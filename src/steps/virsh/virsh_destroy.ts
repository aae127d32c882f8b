import {destroy} from '../../virsh/lifecycle.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {inMotion, isOff, soonMs, withoutDefinition} from './lifecycle.ts';

/** Ends a guest by force. */
export const virshDestroy = defineOrder<GuestParam>({
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
});
