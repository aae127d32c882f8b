import {expandRanges} from './ranges.ts';

/** Host names as written, and the port that follows. */
export type Addresses = {readonly names: readonly string[]; readonly port?: number};

const range = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const label = String.raw`(?:[\p{L}\p{N}_]|${range})(?:[\p{L}\p{N}_-]|${range})*(?<![_-])`;
const hostName = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'iu');
/** The digits of an IPv6 address, any part of which may be a range, and an IPv4 address at its end. */
const addressOf6 =
	/^(?:[\da-f]{0,4}|\[[\da-f]+:[\da-f]+(?::\d+)?\])(?::(?:[\da-f]{0,4}|\[[\da-f]+:[\da-f]+(?::\d+)?\]|[\d.]{7,15})){2,8}$/i;

/**
 * Parses `web1`, `web1:2222`, `[2001:db8::1]:22` and `node[01:50]`. Digits after a colon are a port only if the rest is
 * a name or an address.
 *
 * @returns undefined for an invalid range.
 */
export function readAddresses(written: string): Addresses | undefined {
	const {pattern, port} = splitPort(written);
	const names = expandRanges(pattern);
	return names === undefined ? undefined : {names, ...(port === undefined ? {} : {port})};
}

/** Whether the text is an IPv6 address, whose colons do not separate anything. */
export function isAddressOf6(text: string): boolean {
	return addressOf6.test(text);
}

function splitPort(written: string): {readonly pattern: string; readonly port?: number} {
	const [, bracketed, plain, port] = /^(?:\[(.+)\]|((?:[^:[\]]|\[[^\]]*\])*)):(\d+)$/.exec(written) ?? [];
	const pattern = bracketed ?? plain;
	if (pattern === undefined || !(hostName.test(pattern) || isAddressOf6(pattern))) return {pattern: written};
	return {pattern, port: Number(port)};
}
