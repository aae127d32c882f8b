import type {FromSchema} from 'json-schema-to-ts';
import {parseNumber, postcopySpeed, speed} from '../../virsh/migration/migration-limits.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

const params = {
	...guestParam,
	required: ['guest', 'bandwidth_mib'],
	properties: {
		...guestParam.properties,
		bandwidth_mib: {type: 'integer', minimum: 1, description: 'At most so many MiB a second, of the memory.'},
		postcopy: {type: 'boolean', description: '--postcopy: the rate of the post-copy phase.'},
	},
} as const;

type Params = FromSchema<typeof params>;

const limitOf = ({postcopy = false}: Params) => (postcopy ? postcopySpeed : speed);

/** Sets the limit of a guest's migration speed. */
export const virshMigrateSetspeed = defineSetting<Params>({
	name: 'virsh_migrate_setspeed',
	summary: 'Limit the rate at which a guest’s memory is sent. Disks keep the rate that their copy began with.',
	examples: ['virsh_migrate_setspeed: {guest: web1, bandwidth_mib: 100}'],
	params,
	thing: 'the migration speed',
	words: (params, uuid) => limitOf(params).words(uuid),
	current: (_entry, answer) => parseNumber(answer),
	wanted: ({bandwidth_mib: mib}) => mib,
	told: String,
	set: (params, host, uuid, mib) => limitOf(params).set(host, uuid, Number(mib)),
});
