import {domjobinfo, parseJob} from '../virsh/domjobinfo.ts';
import {type GuestParam, guestParam} from './guest-param.ts';
import {defineReading} from './reading.ts';

/** Reads a guest's job. */
export const virshDomjobinfo = defineReading<GuestParam>({
	name: 'virsh_domjobinfo',
	summary: 'Read the job of a guest, such as a migration under way.',
	examples: ['virsh_domjobinfo: web1'],
	params: guestParam,
	short: 'guest',
	command: ({guest}, host) => domjobinfo(host, guest),
	result: stdout => parseJob(stdout) ?? {type: 'none'},
});
