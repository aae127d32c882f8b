import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Removes the definition of a domain; its disks and NVRAM stay. A running domain becomes transient. */
export function undefine(host: string, uuid: string): Command {
	return virsh(host, 'write', ['undefine', '--domain', uuid, '--keep-nvram']);
}
