import {maxDowntimeArgs, parseMaxDowntime} from '../../virsh/migration/convergence.ts';
import {virsh} from '../../virsh/virsh.ts';
import {defineReading} from '../common/define-reading.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';

/** Reads the longest downtime of a guest. */
export const virshMigrateGetmaxdowntime = defineReading<GuestParam>({
	name: 'virsh_migrate_getmaxdowntime',
	summary: 'Read how long a guest may stand still at the end of its migration: `downtime_ms`.',
	examples: ['virsh_migrate_getmaxdowntime: web1'],
	params: guestParam,
	short: 'guest',
	command: ({guest}, host) => virsh(host, 'read', maxDowntimeArgs(guest)),
	result: stdout => ({downtime_ms: parseMaxDowntime(stdout)}),
});
