import type {FromSchema} from 'json-schema-to-ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {shutdown} from '../../virsh/lifecycle.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineOrder} from './define-order.ts';
import {isOff, withoutDefinition} from './lifecycle.ts';

const params = {
	...guestParam,
	properties: {
		...guestParam.properties,
		timeout: {...durationSchema, default: '5 min', description: 'Maximum time until the guest is shut off.'},
	},
} as const;

/** Asks a guest to shut down. */
export const virshShutdown = defineOrder<FromSchema<typeof params>>({
	name: 'virsh_shutdown',
	summary: 'Ask a guest to shut down, and wait until it is shut off. It is never forced off.',
	examples: ['virsh_shutdown: web1', 'virsh_shutdown: {guest: web1, timeout: 10 min}'],
	params,
	short: 'guest',
	end: 'shut off',
	isDone: isOff,
	refusal: withoutDefinition,
	command: (_params, host, uuid) => shutdown(host, uuid),
	timeoutMs: ({timeout = '5 min'}) => parseDuration(timeout),
	irreversible: 'the memory of the guest is lost; virsh_start starts it again',
});
