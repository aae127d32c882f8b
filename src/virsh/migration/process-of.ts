import {type Command, read} from '../../shell/command.ts';

/**
 * Is there a QEMU process for a guest, whatever libvirt says? Exit code 0 when there is, 1 when there is none. A libvirtd
 * that was killed in the wrong moment can have lost sight of one.
 */
export function processOf(host: string, uuid: string): Command {
	return read(host, ['pgrep', '-f', '--', `^[^ ]*qemu[^ ]* .*-uuid ${uuid}`]);
}
