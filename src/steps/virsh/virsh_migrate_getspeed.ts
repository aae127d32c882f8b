import type {FromSchema} from 'json-schema-to-ts';
import {parseNumber, postcopySpeed, speed} from '../../virsh/migration/migration-limits.ts';
import {virsh} from '../../virsh/virsh.ts';
import {defineReading} from '../common/define-reading.ts';
import {guestParam} from '../common/guest-param.ts';

const params = {
	...guestParam,
	properties: {
		...guestParam.properties,
		postcopy: {type: 'boolean', description: '--postcopy: the rate of the post-copy phase.'},
	},
} as const;

/** Reads the limit of a guest's migration speed. */
export const virshMigrateGetspeed = defineReading<FromSchema<typeof params>>({
	name: 'virsh_migrate_getspeed',
	summary: 'Read the limit of the rate at which a guest’s memory is sent: `bandwidth_mib`.',
	examples: ['virsh_migrate_getspeed: web1'],
	params,
	short: 'guest',
	command: ({guest, postcopy = false}, host) => virsh(host, 'read', (postcopy ? postcopySpeed : speed).words(guest)),
	result: stdout => ({bandwidth_mib: parseNumber(stdout.trim())}),
});
