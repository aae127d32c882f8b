import {type Command, write} from '../../shell/command.ts';
import type {PortRange} from './qemu-conf.ts';

/** Of the connections of one guest's process, those on libvirt's ports for migrations. `,pid=N,` stands in what ss says of the process. */
const script = `pid=$(pgrep -f -- "-uuid $1") || exit 0
ss -Htnp state established "sport >= :$2 and sport <= :$3" | while read -r _ _ here there who; do
case $who in *,pid="$pid",*) ss -Ktn src "$here" dst "$there" ;; esac
done`;

/**
 * Ends the connections by which a guest's memory comes to this host, as if the other side had reset them. Kernels without
 * CONFIG_INET_DIAG_DESTROY do nothing.
 */
export function breakIncoming(host: string, uuid: string, {min, max}: PortRange): Command {
	return write(host, ['sh', '-c', script, 'sh', uuid, String(min), String(max)]);
}
