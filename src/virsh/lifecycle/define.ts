import {type Command, write} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * Stores a domain's definition. A running transient domain of the same UUID becomes persistent. The definition comes by
 * a pipe of the shell's: virsh opens `/dev/stdin` by its name, and where sshd gives a command a socket, that fails.
 */
export function define(host: string, xml: string): Command {
	const {argv} = virsh(host, 'write', ['define', '--file', '/dev/stdin']);
	return write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...argv], {stdin: xml});
}
