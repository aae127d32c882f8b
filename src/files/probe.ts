/**
 * How it is proven that two hosts share a folder: one of them writes a small file there, whose name and content nobody
 * else uses, and the other sees it. Neither the path nor the kind of file system is a proof: the same NFS path can lead
 * to two servers, and a host that is the server itself has a local file system there.
 */
import {type Command, write} from '../shell/command.ts';

/** Writes a text into a new file. */
export function writeProbe(host: string, path: string, text: string): Command {
	return write(host, ['sh', '-c', 'umask 077; cat > "$1" && sync -- "$1"', 'sh', path], {stdin: text});
}

export function removeProbe(host: string, path: string): Command {
	return write(host, ['rm', '--force', '--', path]);
}
