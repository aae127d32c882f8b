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
			description: '--postcopy: interrupt the post-copy phase. The guest then waits, on both hosts, to be resumed.',
		},
	},
} as const;

/** Ends the migration of a guest. */
export const virshDomjobabort = defineOrder<FromSchema<typeof params>>({
	name: 'virsh_domjobabort',
	summary: 'End the migration of a guest, on its source. It runs on there.',
	examples: ['virsh_domjobabort: web1'],
	params,
	short: 'guest',
	end: 'no job runs',
	isDone: ({job}) => !isActiveJob(job),
	refusal: () => undefined,
	command: ({postcopy = false}, host, uuid) => (postcopy ? interruptPostcopy : domjobabort)(host, uuid),
	timeoutMs: () => soonMs,
	irreversible: 'a job that has ended does not go on; it can be begun anew',
});
