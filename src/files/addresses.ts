import {type Command, read} from '../shell/command.ts';

/** Reads the addresses of all network interfaces. */
export function addresses(host: string): Command {
	return read(host, ['ip', '-oneline', 'address', 'show']);
}

/** IPv4 and IPv6, without prefix lengths. */
export function parseAddresses(stdout: string): readonly string[] {
	return [...stdout.matchAll(/ inet6? ([^/\s]+)/g)].map(([, address = '']) => address);
}
