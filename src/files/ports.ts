import {type Command, read} from '../shell/command.ts';

/** Reads the TCP ports in use. */
export function ports(host: string): Command {
	return read(host, ['ss', '--no-header', '--tcp', '--listening', '--numeric']);
}

/** Without repetition, in order. */
export function parsePorts(stdout: string): readonly number[] {
	const found = [...stdout.matchAll(/^LISTEN\s+\d+\s+\d+\s+\S*:(\d+)\s/gm)].map(([, port]) => Number(port));
	return [...new Set(found)].sort((a, b) => a - b);
}
