import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {maxDowntimeArgs, parseMaxDowntime, setMaxDowntime} from '../../virsh/migration/convergence.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

const params = {
	...guestParam,
	required: ['guest', 'downtime'],
	properties: {
		...guestParam.properties,
		downtime: {...durationSchema, description: 'How long the guest may stand still at the end of a migration: 300 ms.'},
	},
} as const;

/** Sets the longest downtime of a guest. */
export const virshMigrateSetmaxdowntime = defineSetting<FromSchema<typeof params>>({
	name: 'virsh_migrate_setmaxdowntime',
	summary: 'Set how long a guest may stand still at the end of its migration, before it or while it runs.',
	examples: ['virsh_migrate_setmaxdowntime: {guest: web1, downtime: 500 ms}'],
	params,
	thing: 'the longest downtime',
	words: (_params, uuid) => maxDowntimeArgs(uuid),
	current: (_entry, answer) => parseMaxDowntime(answer),
	wanted: ({downtime}) => parseDuration(downtime),
	told: String,
	set: (_params, host, uuid, ms) => setMaxDowntime(host, uuid, Number(ms)),
});
