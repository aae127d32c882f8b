import {type Command, write} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/**
 * Defines a domain. A running transient domain with the same UUID becomes persistent. The definition is passed through
 * a pipe: virsh opens `/dev/stdin` by path, which fails for a socket of sshd.
 */
export function define(host: string, xml: string): Command {
	const {argv} = virsh(host, 'write', ['define', '--file', '/dev/stdin']);
	return write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...argv], {stdin: xml});
}

/** Removes the definition of a domain; its disks and NVRAM stay. A running domain becomes transient. */
export function undefine(host: string, uuid: string): Command {
	return virsh(host, 'write', ['undefine', '--domain', uuid, '--keep-nvram']);
}

/** Starts a persistent domain. */
export function start(host: string, domain: string): Command {
	return virsh(host, 'write', ['start', '--domain', domain]);
}

/** Enables autostart of a persistent domain. Migrations do not preserve it. */
export function autostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid]);
}

/** Disables autostart. */
export function noAutostart(host: string, uuid: string): Command {
	return virsh(host, 'write', ['autostart', '--domain', uuid, '--disable']);
}

/** Requests a domain to shut down, without waiting. */
export function shutdown(host: string, uuid: string): Command {
	return virsh(host, 'write', ['shutdown', '--domain', uuid]);
}

/** Terminates a domain immediately. Its definition and disks stay. */
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

/** Resumes a paused domain. After a migration, only if it is proven absent on the other host. */
export function resume(host: string, uuid: string): Command {
	return virsh(host, 'write', ['resume', '--domain', uuid]);
}
