import type {FromSchema} from 'json-schema-to-ts';
import {completedJob, domjobinfo, parseJob} from '../../virsh/migration/domjobinfo.ts';
import {defineReading} from '../common/define-reading.ts';
import {guestParam} from '../common/guest-param.ts';

const params = {
	...guestParam,
	properties: {
		...guestParam.properties,
		completed: {
			type: 'boolean',
			description:
				'--completed --keep-completed: of the job that ended last, such as the real downtime. After a move, ask its destination.',
		},
	},
} as const;

/** Reads a guest's job. */
export const virshDomjobinfo = defineReading<FromSchema<typeof params>>({
	name: 'virsh_domjobinfo',
	summary: 'Read the job of a guest, such as a migration under way, or the last one that ended.',
	examples: ['virsh_domjobinfo: web1', 'virsh_domjobinfo: {guest: web1, completed: true}'],
	params,
	short: 'guest',
	command: ({guest, completed = false}, host) => (completed ? completedJob : domjobinfo)(host, guest),
	result: stdout => parseJob(stdout) ?? {type: 'none'},
});
