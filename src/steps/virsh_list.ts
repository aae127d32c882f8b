import {census, parseCensus} from '../virsh/census.ts';
import {isActive} from '../virsh/states.ts';
import {defineReading} from './reading.ts';

/** Reads who is on a host. */
export const virshList = defineReading<Record<string, never>>({
	name: 'virsh_list',
	summary: 'List the guests of the host: `guests`, and by state `active` and `inactive`.',
	examples: ['virsh_list: {}'],
	params: {type: 'object', additionalProperties: false, properties: {}},
	command: (_params, host) => census(host),
	result: stdout => {
		const guests = parseCensus(stdout);
		return {
			guests,
			active: guests.filter(({state}) => isActive(state)).map(({name}) => name),
			inactive: guests.filter(({state}) => !isActive(state)).map(({name}) => name),
		};
	},
});
