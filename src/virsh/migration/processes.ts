import {type Command, read, write} from '../../shell/command.ts';
import type {PortRange} from './qemu-conf.ts';

/**
 * Is there a QEMU process for a guest, whatever libvirt says? Exit code 0 when there is, 1 when there is none. A libvirtd
 * that was killed in the wrong moment can have lost sight of one.
 */
export function processOf(host: string, uuid: string): Command {
	return read(host, ['pgrep', '-f', '--', `^[^ ]*qemu[^ ]* .*-uuid ${uuid}`]);
}

/**
 * Ends the virsh that moves a guest from this host and that nobody waits for any more: the controller that began it has
 * died, and it hangs on a connection. Exit code 1 when there is none.
 */
export function endVirsh(host: string, uuid: string): Command {
	return write(host, ['pkill', '-KILL', '-f', '--', `^virsh .* migrate .*--domain ${uuid} --desturi `]);
}

/** Of the connections of one guest's process, those on libvirt's ports for migrations. `,pid=N,` stands in what ss says of the process. */
const breakScript = `pid=$(pgrep -f -- "-uuid $1") || exit 0
ss -Htnp state established "sport >= :$2 and sport <= :$3" | while read -r _ _ here there who; do
case $who in *,pid="$pid",*) ss -Ktn src "$here" dst "$there" ;; esac
done`;

/**
 * Ends the connections by which a guest's memory comes to this host, as if the other side had reset them. Kernels without
 * CONFIG_INET_DIAG_DESTROY do nothing.
 */
export function breakIncoming(host: string, uuid: string, {min, max}: PortRange): Command {
	return write(host, ['sh', '-c', breakScript, 'sh', uuid, String(min), String(max)]);
}
