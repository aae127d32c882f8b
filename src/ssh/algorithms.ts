import type {Algorithms} from 'ssh2';
import {algorithmsOf, type KnownKeys} from './known-hosts.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import type {Route} from './route.ts';

/** The algorithms of ssh2 1.17 that OpenSSH still considers secure, fastest first. */
const able: Readonly<Record<keyof Route['allowed'], readonly string[]>> = {
	kex: [
		'curve25519-sha256@libssh.org',
		'curve25519-sha256',
		'ecdh-sha2-nistp256',
		'ecdh-sha2-nistp384',
		'ecdh-sha2-nistp521',
		'diffie-hellman-group-exchange-sha256',
		'diffie-hellman-group14-sha256',
		'diffie-hellman-group16-sha512',
		'diffie-hellman-group18-sha512',
	],
	cipher: [
		'aes128-gcm@openssh.com',
		'aes256-gcm@openssh.com',
		'aes128-ctr',
		'aes192-ctr',
		'aes256-ctr',
		'chacha20-poly1305@openssh.com',
	],
	hmac: [
		'hmac-sha2-256-etm@openssh.com',
		'hmac-sha2-512-etm@openssh.com',
		'hmac-sha1-etm@openssh.com',
		'hmac-sha2-256',
		'hmac-sha2-512',
		'hmac-sha1',
	],
	serverHostKey: [
		'ssh-ed25519',
		'ecdsa-sha2-nistp256',
		'ecdsa-sha2-nistp384',
		'ecdsa-sha2-nistp521',
		'rsa-sha2-512',
		'rsa-sha2-256',
	],
};

/**
 * The algorithms to offer to a host: those that ssh_config allows; of host key algorithms, those of the known keys.
 *
 * @throws OpenSshNeeded if none is left.
 */
export function offerTo({allowed}: Route, known: KnownKeys): Algorithms {
	const both = (kind: keyof Route['allowed']) => {
		const rest = able[kind].filter(name => allowed[kind].includes(name));
		if (rest.length === 0) throw new OpenSshNeeded(`ssh_config allows only ${allowed[kind].join(', ')}`);
		return rest;
	};
	const ofKnown = algorithmsOf(known.keys);
	const first = algorithmsOf(known.elsewhere);
	const hostKeys = both('serverHostKey')
		.filter(name => ofKnown.length === 0 || ofKnown.includes(name))
		.toSorted((one, other) => Number(first.includes(other)) - Number(first.includes(one)));
	if (hostKeys.length === 0) throw new OpenSshNeeded(`the known host key has the type ${ofKnown.join(', ')}`);
	return {
		kex: both('kex'),
		cipher: both('cipher'),
		hmac: both('hmac'),
		serverHostKey: hostKeys,
	} as Algorithms;
}
