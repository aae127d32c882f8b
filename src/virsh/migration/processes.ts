import {type Command, read, write} from '../../shell/command.ts';
import type {PortRange} from './qemu-conf.ts';

/**
 * Checks for a QEMU process of a guest, independently of libvirt. Exit code 0 if there is one, otherwise 1. A libvirtd
 * that was killed can have lost track of a process.
 */
export function processOf(host: string, uuid: string): Command {
	return read(host, ['pgrep', '-f', '--', `^[^ ]*qemu[^ ]* .*-uuid ${uuid}`]);
}

/**
 * Kills an orphaned virsh process that moves a guest from this host: the controller that started it has
 * died, and it hangs on a connection. Exit code 1 if there is none.
 */
export function endVirsh(host: string, uuid: string): Command {
	return write(host, ['pkill', '-KILL', '-f', '--', `^virsh .* migrate .*--domain ${uuid} --desturi `]);
}

/** Selects connections of the guest's process on libvirt's migration ports. `,pid=N,` is part of the output of ss. */
const breakScript = `pid=$(pgrep -f -- "-uuid $1") || exit 0
ss -Htnp state established "sport >= :$2 and sport <= :$3" | while read -r _ _ here there who; do
case $who in *,pid="$pid",*) ss -Ktn src "$here" dst "$there" ;; esac
done`;

/**
 * Closes the connections of an incoming migration on this host, as if reset by the other side. On kernels without
 * CONFIG_INET_DIAG_DESTROY, this has no effect.
 */
export function breakIncoming(host: string, uuid: string, {min, max}: PortRange): Command {
	return write(host, ['sh', '-c', breakScript, 'sh', uuid, String(min), String(max)]);
}
