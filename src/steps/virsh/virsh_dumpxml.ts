import {dumpxml} from '../../virsh/definition/dumpxml.ts';
import {parseDefinition} from '../../virsh/definition/parse-definition.ts';
import {defineReading} from '../common/define-reading.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';

/** Reads a guest's definition. */
export const virshDumpxml = defineReading<GuestParam>({
	name: 'virsh_dumpxml',
	summary: 'Read a guest’s definition: the live one while it runs.',
	examples: ['virsh_dumpxml: web1'],
	params: guestParam,
	short: 'guest',
	command: ({guest}, host) => dumpxml(host, guest),
	result: stdout => parseDefinition(stdout),
});
