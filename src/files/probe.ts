/**
 * Verifies that two hosts share a directory: one of them writes a small file with a unique name and content, and the
 * other reads it. Neither the path nor the file system type is a proof: the same NFS path can refer to two servers,
 * and a host that is the server itself has a local file system there.
 */
import {type Command, write} from '../shell/command.ts';

/** Writes a text into a new file. Fails if anything is at its path, even a link. */
export function writeProbe(host: string, path: string, text: string): Command {
	return write(host, ['sh', '-c', 'umask 077; dd of="$1" conv=excl,fsync status=none', 'sh', path], {stdin: text});
}

export function removeProbe(host: string, path: string): Command {
	return write(host, ['rm', '--force', '--', path]);
}
