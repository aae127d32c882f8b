import type {FromSchema} from 'json-schema-to-ts';
import {domjobabort, interruptPostcopy} from '../../virsh/migration/domjobabort.ts';
import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {soonMs} from './lifecycle.ts';

const params = {
	...guestParam,
	properties: {
		...guestParam.properties,
		postcopy: {
			type: 'boolean',
			description:
				'--postcopy: interrupt the post-copy phase. The guest is then paused until the migration is resumed.',
		},
	},
} as const;

/** Ends the migration of a guest. */
export const virshDomjobabort = defineOrder<FromSchema<typeof params>>({
	name: 'virsh_domjobabort',
	summary: 'Abort the migration of a guest, on its source, where the guest continues.',
	examples: ['virsh_domjobabort: web1'],
	params,
	short: 'guest',
	end: 'without an active job',
	isDone: ({job}) => !isActiveJob(job),
	refusal: () => undefined,
	command: ({postcopy = false}, host, uuid) => (postcopy ? interruptPostcopy : domjobabort)(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'an aborted migration cannot be continued; it can be started again',
});
