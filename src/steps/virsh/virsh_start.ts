import {start} from '../../virsh/lifecycle.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineOrder, type ObservedGuest} from './define-order.ts';
import {isOff, soonMs} from './lifecycle.ts';

/** Starts a guest. */
export const virshStart = defineOrder<GuestParam>({
	name: 'virsh_start',
	summary:
		'Start a guest that is shut off. Refused for a guest that has moved to another host, where it may be running.',
	examples: ['virsh_start: web1'],
	params: guestParam,
	short: 'guest',
	end: 'running',
	isDone: ({entry}) => entry.state === 'running',
	refusal,
	command: (_params, host, uuid) => start(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'the work of a guest since its start cannot be undone',
});

/** libvirt remembers that a guest has moved until its daemon ends. */
function refusal(seen: ObservedGuest): string | undefined {
	if (!isOff(seen)) return `the guest is ${seen.entry.state}, not shut off`;
	if (seen.entry.reason !== 'migrated') return undefined;
	return 'the guest has moved to another host and would run twice; only an old definition with old disks remains here';
}
