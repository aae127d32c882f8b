import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Starts a persistent domain with its host. A migration does not carry this over. */
export function autostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid]);
}

/** The domain no longer starts with its host. */
export function noAutostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid, '--disable']);
}
