import {type Command, read} from '../shell/command.ts';

/** Asks for the addresses of all network cards. */
export function addresses(host: string): Command {
	return read(host, ['ip', '-oneline', 'address', 'show']);
}

/** IPv4 and IPv6, without the lengths of their networks. */
export function parseAddresses(stdout: string): readonly string[] {
	return [...stdout.matchAll(/ inet6? ([^/\s]+)/g)].map(([, address = '']) => address);
}
