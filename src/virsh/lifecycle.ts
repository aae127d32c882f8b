import {type Command, write} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/**
 * Stores a domain's definition. A running transient domain of the same UUID becomes persistent. The definition comes by
 * a pipe of the shell's: virsh opens `/dev/stdin` by its name, and where sshd gives a command a socket, that fails.
 */
export function define(host: string, xml: string): Command {
	const {argv} = virsh(host, 'write', ['define', '--file', '/dev/stdin']);
	return write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...argv], {stdin: xml});
}

/** Takes away a domain's definition and leaves its disks and NVRAM where they are. A running domain becomes transient. */
export function undefine(host: string, uuid: string): Command {
	return virsh(host, 'write', ['undefine', '--domain', uuid, '--keep-nvram']);
}

/** Starts a domain that has a definition. */
export function start(host: string, domain: string): Command {
	return virsh(host, 'write', ['start', '--domain', domain]);
}

/** Starts a persistent domain with its host. A migration does not carry this over. */
export function autostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid]);
}

/** The domain no longer starts with its host. */
export function noAutostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid, '--disable']);
}

/** Asks a domain to shut down, and does not wait for it. */
export function shutdown(host: string, uuid: string): Command {
	return virsh(host, 'write', ['shutdown', '--domain', uuid]);
}

/** Ends a domain's process at once, as pulling its plug would. Its definition and its disks stay. */
export function destroy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['destroy', '--domain', uuid]);
}

/**
 * Stops a domain, so that it changes nothing more. During a migration, libvirt lets it run on when that has ended, either
 * way.
 */
export function suspend(host: string, uuid: string): Command {
	return virsh(host, 'write', ['suspend', '--domain', uuid]);
}

/** Lets a paused domain run on. After a migration only when it is proven absent on the other host. */
export function resume(host: string, uuid: string): Command {
	return virsh(host, 'write', ['resume', '--domain', uuid]);
}
