import type {FromSchema} from 'json-schema-to-ts';
import {isActive} from '../../virsh/states.ts';
import {defineCensusReading} from '../common/define-reading.ts';

const names = (description: string) => ({type: 'array', items: {type: 'string'}, description}) as const;

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		active: names('It has failed unless these run here, or are paused.'),
		inactive: names('It has failed unless these are defined here and do not run.'),
		absent: names('It has failed when one of these runs here, or is defined here.'),
	},
} as const;

/** Reads who is on a host, and whether that is as expected. */
export const virshList = defineCensusReading<FromSchema<typeof params>>({
	name: 'virsh_list',
	summary: 'List the guests of the host: `guests`, and by state `active` and `inactive`.',
	examples: ['virsh_list: {}', 'virsh_list: {active: [web1], absent: [web2]}'],
	params,
	result: (guests, expected) => {
		const active = guests.filter(({state}) => isActive(state)).map(({name}) => name);
		const inactive = guests.filter(({state}) => !isActive(state)).map(({name}) => name);
		const wrong = [
			...(expected.active ?? []).filter(name => !active.includes(name)).map(name => `${name} does not run here`),
			...(expected.inactive ?? []).filter(name => !inactive.includes(name)).map(name => `${name} is not shut off here`),
			...(expected.absent ?? [])
				.filter(name => active.includes(name) || inactive.includes(name))
				.map(name => `${name} is still here`),
		];
		return {guests, active, inactive, ...(wrong.length === 0 ? {} : {failed: true, msg: wrong.join('; ')})};
	},
});
