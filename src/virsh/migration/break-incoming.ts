import {type Command, write} from '../../shell/command.ts';
import type {PortRange} from './qemu-conf.ts';

/** Selects connections of the guest's process on libvirt's migration ports. `,pid=N,` is part of the output of ss. */
const script = `pid=$(pgrep -f -- "-uuid $1") || exit 0
ss -Htnp state established "sport >= :$2 and sport <= :$3" | while read -r _ _ here there who; do
case $who in *,pid="$pid",*) ss -Ktn src "$here" dst "$there" ;; esac
done`;

/**
 * Closes the connections of an incoming migration on this host, as if reset by the other side. On kernels without
 * CONFIG_INET_DIAG_DESTROY, this has no effect.
 */
export function breakIncoming(host: string, uuid: string, {min, max}: PortRange): Command {
	return write(host, ['sh', '-c', script, 'sh', uuid, String(min), String(max)]);
}
