import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Takes away a domain's definition and leaves its disks and NVRAM where they are. A running domain becomes transient. */
export function undefine(host: string, uuid: string): Command {
	return virsh(host, 'write', ['undefine', '--domain', uuid, '--keep-nvram']);
}
