import {homedir, userInfo} from 'node:os';
import {join} from 'node:path';
import {InputError} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';

/** How a host is reached. */
export type Endpoint = {
	/** The host's name in the inventory. */
	readonly host: string;
	readonly connection: 'ssh' | 'local';
	readonly address: string;
	readonly port: number;
	readonly user: string;
	/** Private keys, tried in order. */
	readonly identityFiles: readonly string[];
	/** Files of known host keys. */
	readonly knownHostsFiles: readonly string[];
	readonly connectTimeoutMs: number;
	/** A host that answers no sign of life for three times as long is given up. */
	readonly aliveIntervalMs: number;
};

/**
 * Reads Ansible's connection variables of a host.
 *
 * @throws InputError for a value that is not understood: it is never passed over.
 */
export function endpointFromVars(host: string, vars: Readonly<Record<string, unknown>>): Endpoint {
	const text = (name: string) => (vars[name] === undefined ? undefined : String(vars[name]));
	const options = readArguments(
		host,
		`${text('ansible_ssh_common_args') ?? ''} ${text('ansible_ssh_extra_args') ?? ''}`,
	);
	const connection = text('ansible_connection') ?? 'ssh';
	if (connection !== 'ssh' && connection !== 'local') {
		throw new InputError([{message: `${host}: ansible_connection is '${connection}'`, hint: 'write ssh or local'}]);
	}
	const port = Number(text('ansible_port') ?? options.get('port') ?? 22);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new InputError([{message: `${host}: ansible_port is no port: ${text('ansible_port')}`}]);
	}
	const identity = text('ansible_ssh_private_key_file') ?? options.get('identityfile');
	const seconds = (name: string, otherwise: number) => Number(options.get(name) ?? otherwise) * 1000;
	return {
		host,
		connection,
		address: text('ansible_host') ?? host,
		port,
		user: text('ansible_user') ?? options.get('user') ?? userInfo().username,
		identityFiles: identity === undefined ? defaultIdentities() : [withHome(identity)],
		knownHostsFiles: (options.get('userknownhostsfile') ?? '~/.ssh/known_hosts /etc/ssh/ssh_known_hosts')
			.split(' ')
			.map(withHome),
		connectTimeoutMs: seconds('connecttimeout', 10),
		aliveIntervalMs: seconds('serveraliveinterval', 5),
	};
}

const understood = ['UserKnownHostsFile', 'Port', 'User', 'IdentityFile', 'ConnectTimeout', 'ServerAliveInterval'];
const shortOptions: Readonly<Record<string, string>> = {'-p': 'port', '-i': 'identityfile', '-l': 'user'};

/** Options of ssh, as `ansible_ssh_common_args` holds them, by their names in small letters. */
function readArguments(host: string, args: string): ReadonlyMap<string, string> {
	const options = new Map<string, string>();
	const words = [...args.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
	for (let index = 0; index < words.length; index += 2) {
		const option = words[index] ?? '';
		const value = words[index + 1] ?? '';
		const short = shortOptions[option];
		if (short !== undefined) {
			options.set(short, value);
			continue;
		}
		const [, name = '', setting = ''] = option === '-o' ? (/^(\w+)[= ](.*)$/.exec(value) ?? []) : [];
		if (name.toLowerCase() === 'stricthostkeychecking' && setting === 'yes') continue;
		if (!understood.some(known => known.toLowerCase() === name.toLowerCase())) {
			const hint = nearest(name, understood) ?? `understood: -p, -i, -l, -o ${understood.join(', -o ')}`;
			throw new InputError([{message: `${host}: ansible_ssh_common_args has ${option} ${value}`, hint}]);
		}
		options.set(name.toLowerCase(), setting);
	}
	return options;
}

function defaultIdentities(): readonly string[] {
	return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => join(homedir(), '.ssh', name));
}

function withHome(path: string): string {
	return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
