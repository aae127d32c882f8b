import {type Command, type CommandEffect, read, write} from '../shell/command.ts';

/** The hypervisor that all commands talk to, on the host itself. */
export const systemUri = 'qemu:///system';

/**
 * A virsh command on a host. Before a name or path that begins with `-`, builders put `--` or name the option, as virsh
 * would read it as an option otherwise.
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
