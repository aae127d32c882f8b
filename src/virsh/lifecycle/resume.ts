import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Lets a paused domain run on. After a migration only when it is proven absent on the other host. */
export function resume(host: string, uuid: string): Command {
	return virsh(host, 'write', ['resume', '--domain', uuid]);
}
