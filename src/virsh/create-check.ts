import {type Command, write} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** The name of a transient guest without disks that only checks whether libvirt would start it. */
export function checkGuest(mark: string): string {
	return `vacate-cordon-check-${mark}`;
}

/** Starts it, paused. libvirt calls its hooks before it starts a process. */
export function createCheckGuest(host: string, mark: string): Command {
	const {argv} = virsh(host, 'write', ['create', '--paused', '--file', '/dev/stdin']);
	const xml = `<domain type='qemu'><name>${checkGuest(mark)}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os></domain>`;
	return write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...argv], {stdin: xml});
}
