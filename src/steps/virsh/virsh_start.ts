import {start} from '../../virsh/lifecycle.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder, type ObservedGuest} from './define-order.ts';
import {isOff, soonMs} from './lifecycle.ts';

/** Starts a guest. */
export const virshStart = defineOrder<GuestParam>({
	name: 'virsh_start',
	summary: 'Start a guest that is shut off. One that has moved to another host is refused, as it may run there.',
	examples: ['virsh_start: web1'],
	params: guestParam,
	short: 'guest',
	end: 'it runs',
	isDone: ({entry}) => entry.state === 'running',
	refusal,
	command: (_params, host, uuid) => start(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'what a guest has done since it was started cannot be taken back',
});

/** libvirt remembers that a guest has moved until its daemon ends. */
function refusal(seen: ObservedGuest): string | undefined {
	if (!isOff(seen)) return `it is ${seen.entry.state}, and not shut off`;
	if (seen.entry.reason !== 'migrated') return undefined;
	return 'it has moved to another host, and would run twice; what is here is an old definition with old disks';
}
