import {type Command, read} from '../shell/command.ts';

/** Reads the host name from another host's libvirt, connecting like this host's daemon in a migration. */
export function hostnameOver(host: string, uri: string): Command {
	return {...read(host, ['virsh', '--quiet', '--connect', uri, 'hostname']), timeoutMs: 20_000};
}
