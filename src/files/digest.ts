import {type Command, read} from '../shell/command.ts';

/** Reads a whole file, and gives its digest: two files with the same have the same content. */
export function digest(host: string, path: string): Command {
	return read(host, ['sha256sum', '--binary', '--', path]);
}

/** @throws Error when the text is not what sha256sum prints. */
export function parseDigest(stdout: string): string {
	// A name with a backslash or a line feed has a backslash before the digest.
	const [, hex] = /^\\?([0-9a-f]{64}) /.exec(stdout) ?? [];
	if (hex === undefined) throw new Error('sha256sum printed no digest');
	return hex;
}
