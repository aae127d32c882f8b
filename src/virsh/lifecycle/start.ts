import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Starts a persistent domain. */
export function start(host: string, domain: string): Command {
	return virsh(host, 'write', ['start', '--domain', domain]);
}
