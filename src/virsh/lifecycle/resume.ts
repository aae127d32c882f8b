import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Resumes a paused domain. After a migration, only if it is proven absent on the other host. */
export function resume(host: string, uuid: string): Command {
	return virsh(host, 'write', ['resume', '--domain', uuid]);
}
