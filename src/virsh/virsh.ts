import {type Command, type CommandEffect, read, write} from '../shell/command.ts';

/** The libvirt URI of all commands, on the host itself. */
export const systemUri = 'qemu:///system';

/**
 * A virsh command on a host. Builders precede names and paths, which may start with `-`, by `--` or an option name,
 * since virsh would treat them as options otherwise.
 */
export function virsh(
	host: string,
	effect: CommandEffect,
	args: readonly string[],
	global: readonly string[] = [],
): Command {
	const argv = ['virsh', '--quiet', '--connect', systemUri, ...global, ...args] as const;
	return effect === 'read' ? read(host, argv) : write(host, argv);
}
