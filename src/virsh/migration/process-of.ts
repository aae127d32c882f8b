import {type Command, read} from '../../shell/command.ts';

/**
 * Checks for a QEMU process of a guest, independently of libvirt. Exit code 0 if there is one, otherwise 1. A libvirtd
 * that was killed can have lost track of a process.
 */
export function processOf(host: string, uuid: string): Command {
	return read(host, ['pgrep', '-f', '--', `^[^ ]*qemu[^ ]* .*-uuid ${uuid}`]);
}
