import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Terminates a domain immediately. Its definition and disks stay. */
export function destroy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['destroy', '--domain', uuid]);
}
