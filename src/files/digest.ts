import {type Command, read} from '../shell/command.ts';

/** Computes the digest of a file. */
export function digest(host: string, path: string): Command {
	return read(host, ['sha256sum', '--binary', '--', path]);
}

/** @throws Error for unexpected output of sha256sum. */
export function parseDigest(stdout: string): string {
	// A name with a backslash or a line feed has a backslash before the digest.
	const [, hex] = /^\\?([0-9a-f]{64}) /.exec(stdout) ?? [];
	if (hex === undefined) throw new Error('sha256sum printed no digest');
	return hex;
}
