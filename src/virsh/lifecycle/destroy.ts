import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Ends a domain's process at once, as pulling its plug would. Its definition and its disks stay. */
export function destroy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['destroy', '--domain', uuid]);
}
