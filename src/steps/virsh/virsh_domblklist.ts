import {dumpxml} from '../../virsh/definition/dumpxml.ts';
import {parseDefinition} from '../../virsh/definition/parse-definition.ts';
import {defineReading} from '../common/define-reading.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';

/** Reads a guest's disks: from its definition, as `virsh domblklist` itself prints a table only. */
export const virshDomblklist = defineReading<GuestParam>({
	name: 'virsh_domblklist',
	summary: 'List a guest’s disks: target, path, format, and whether it may write.',
	examples: ['virsh_domblklist: web1'],
	params: guestParam,
	short: 'guest',
	command: ({guest}, host) => dumpxml(host, guest),
	result: async stdout => ({disks: (await parseDefinition(stdout)).disks}),
});
