import {defineCensusReading} from '../common/define-reading.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';

/** Reads the state of a guest. */
export const virshDomstate = defineCensusReading<GuestParam>({
	name: 'virsh_domstate',
	summary: 'Read the state of a guest, and why it is so: `state`, `reason`; `absent` when the host has no such guest.',
	examples: ['virsh_domstate: web1'],
	params: guestParam,
	short: 'guest',
	result: (entries, {guest}) =>
		entries.find(({name, uuid}) => name === guest || uuid === guest) ?? {name: guest, state: 'absent'},
});
