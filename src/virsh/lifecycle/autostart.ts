import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Enables autostart of a persistent domain. Migrations do not preserve it. */
export function autostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid]);
}

/** Disables autostart. */
export function noAutostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid, '--disable']);
}
