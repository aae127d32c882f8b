import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Requests a domain to shut down, without waiting. */
export function shutdown(host: string, uuid: string): Command {
	return virsh(host, 'write', ['shutdown', '--domain', uuid]);
}
