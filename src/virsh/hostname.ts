import {type Command, read} from '../shell/command.ts';

/** Asks another host's libvirt for its name, as this host's daemon would reach it for a migration. */
export function hostnameOver(host: string, uri: string): Command {
	return {...read(host, ['virsh', '--quiet', '--connect', uri, 'hostname']), timeoutMs: 20_000};
}
