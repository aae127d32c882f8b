import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Asks a domain to shut down, and does not wait for it. */
export function shutdown(host: string, uuid: string): Command {
	return virsh(host, 'write', ['shutdown', '--domain', uuid]);
}
