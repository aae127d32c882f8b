import {type Command, write} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * Defines a domain. A running transient domain with the same UUID becomes persistent. The definition is passed through
 * a pipe: virsh opens `/dev/stdin` by path, which fails for a socket of sshd.
 */
export function define(host: string, xml: string): Command {
	const {argv} = virsh(host, 'write', ['define', '--file', '/dev/stdin']);
	return write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...argv], {stdin: xml});
}
