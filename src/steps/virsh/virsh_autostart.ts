import type {FromSchema} from 'json-schema-to-ts';
import {autostart, noAutostart} from '../../virsh/lifecycle.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

const params = {
	...guestParam,
	properties: {
		...guestParam.properties,
		disable: {type: 'boolean', description: '--disable: do not start the guest with its host.'},
	},
} as const;

/** Sets whether a guest starts with its host. */
export const virshAutostart = defineSetting<FromSchema<typeof params>>({
	name: 'virsh_autostart',
	summary: 'Set whether a guest starts with its host.',
	examples: ['virsh_autostart: web1', 'virsh_autostart: {guest: web1, disable: true}'],
	params,
	short: 'guest',
	thing: 'autostart',
	current: entry => (entry.persistent ? entry.autostart : undefined),
	wanted: ({disable = false}) => !disable,
	told: on => ({autostart: on === true}),
	set: (_params, host, uuid, on) => (on === true ? autostart : noAutostart)(host, uuid),
});
