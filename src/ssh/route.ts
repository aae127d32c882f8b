import {userInfo} from 'node:os';
import {join} from 'node:path';
import {UnreachableError} from '../errors.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Secret} from '../shell/secret.ts';
import type {ConfigReader, Settings} from './config.ts';
import {type Endpoint, isSafe} from './endpoint.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import {expandHome, expandTokens, type Tokens, tokensOf} from './tokens.ts';

/** Everything that must be known to connect. */
export type Route = {
	/** The host's name in the inventory, for messages. */
	readonly host: string;
	readonly address: string;
	readonly port: number;
	readonly user: string;
	/** The host's name in known_hosts. */
	readonly keyName: string;
	readonly knownHostsFiles: readonly string[];
	readonly hashKnownHosts: boolean;
	readonly acceptNewHostKeys: boolean;
	/** Private keys, in the order in which they are tried. */
	readonly identityFiles: readonly string[];
	readonly certificateFiles: readonly string[];
	/** The agent's other keys are not offered. */
	readonly identitiesOnly: boolean;
	readonly agent?: string;
	readonly password?: Secret;
	readonly via: Via;
	readonly connectTimeoutMs: number;
	/** A host that gives no sign of life for so long, so many times, is given up. */
	readonly aliveIntervalMs: number;
	readonly aliveCountMax: number;
	/** Kerberos tickets may be used to log in. */
	readonly gssapi: boolean;
	/** Algorithms that ssh_config allows, by the setting's name. */
	readonly allowed: Readonly<Record<'kex' | 'cipher' | 'hmac' | 'serverHostKey', readonly string[]>>;
	/** The same with OpenSSH's own client, for a person to try. */
	readonly byHand: string;
};

/** The way of the bytes: straight, through a command, or through another host. */
export type Via =
	| {readonly kind: 'direct'; readonly family: 0 | 4 | 6}
	| {readonly kind: 'command'; readonly line: string}
	| {readonly kind: 'jump'; readonly hop: Route};

/** A chain of hosts that is longer than this leads in a circle. */
const longestChain = 8;

/** @throws UnreachableError when ssh_config cannot be understood. */
export function routeOf(config: ConfigReader, endpoint: Endpoint): Promise<Route> {
	const {host, destination, options, acceptNewHostKeys, password} = endpoint;
	return resolve(config, {host, destination, options, acceptNewHostKeys}, 0).then(route =>
		password === undefined ? route : {...route, password},
	);
}

type Asked = Pick<Endpoint, 'host' | 'destination' | 'options' | 'acceptNewHostKeys'>;

async function resolve(config: ConfigReader, asked: Asked, depth: number): Promise<Route> {
	const {host, destination, options} = asked;
	const byHand = quoteArgv(['ssh', '-v', ...options, destination]);
	const settings = await config.read(destination, options).catch((error: Error) => {
		throw new UnreachableError(host, `ssh -G: ${error.message}`, `see what ssh makes of it: ${byHand}`);
	});
	if (depth > longestChain) throw new UnreachableError(host, `ProxyJump leads in a circle, by ${destination}`);
	refuseForeign(settings);
	const one = (name: string) => settings.get(name)?.[0];
	const address = one('hostname') ?? destination;
	const port = Number(one('port') ?? 22);
	const user = one('user') ?? userInfo().username;
	const tokens = tokensOf({destination, address, port, user, alias: one('hostkeyalias')});
	const expand = (text: string) => expandTokens(host, tokens, expandHome(text));
	const agent = agentOf(one('identityagent'), expand);
	const files = (name: string) => (settings.get(name) ?? []).filter(file => file !== 'none').map(expand);
	const list = (name: string) => splitFiles(one(name) ?? '').map(expand);
	return {
		host,
		address,
		port,
		user,
		keyName: one('hostkeyalias') ?? (port === 22 ? address : `[${address}]:${port}`).toLowerCase(),
		knownHostsFiles: [...list('userknownhostsfile'), ...list('globalknownhostsfile')],
		hashKnownHosts: one('hashknownhosts') === 'yes',
		acceptNewHostKeys: asked.acceptNewHostKeys || one('stricthostkeychecking') === 'accept-new',
		identityFiles: files('identityfile'),
		certificateFiles: files('certificatefile'),
		identitiesOnly: one('identitiesonly') === 'yes',
		...(agent === undefined ? {} : {agent}),
		via: await viaOf(config, asked, settings, tokens, depth),
		connectTimeoutMs: seconds(one('connecttimeout')) ?? 15_000,
		aliveIntervalMs: seconds(one('serveraliveinterval')) ?? 5_000,
		aliveCountMax: Number(one('serveralivecountmax') ?? 3),
		gssapi: one('gssapiauthentication') === 'yes',
		allowed: {
			kex: (one('kexalgorithms') ?? '').split(','),
			cipher: (one('ciphers') ?? '').split(','),
			hmac: (one('macs') ?? '').split(','),
			serverHostKey: (one('hostkeyalgorithms') ?? '').split(','),
		},
		byHand,
	};
}

async function viaOf(
	config: ConfigReader,
	{host, options, acceptNewHostKeys}: Asked,
	settings: Settings,
	tokens: Tokens,
	depth: number,
): Promise<Via> {
	const jump = settings.get('proxyjump')?.[0];
	const command = settings.get('proxycommand')?.[0];
	if (jump !== undefined && jump !== 'none') {
		// As ssh does it: the last host is reached through those before it, by its own settings and the same file.
		const hops = expandTokens(host, tokens, jump).split(',');
		const {user, name, port} = splitHop(hops.at(-1) ?? '');
		const own = options.lastIndexOf('-F');
		const hopOptions = [
			...(own < 0 ? [] : ['-F', options[own + 1] ?? '']),
			...(user === undefined ? [] : ['-l', user]),
			...(port === undefined ? [] : ['-p', port]),
			...(hops.length === 1 ? [] : ['-J', hops.slice(0, -1).join(',')]),
		];
		const asked = {host, destination: name, options: hopOptions, acceptNewHostKeys};
		return {kind: 'jump', hop: await resolve(config, asked, depth + 1)};
	}
	if (command !== undefined && command !== 'none') {
		for (const [, token = ''] of command.matchAll(/%([hnrk])/g)) {
			const name = tokens[token] ?? '';
			if (!isSafe(name))
				throw new UnreachableError(host, `a shell would not read this as a name in the ProxyCommand: ${name}`);
		}
		return {kind: 'command', line: expandTokens(host, tokens, command)};
	}
	const family = settings.get('addressfamily')?.[0];
	return {kind: 'direct', family: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0};
}

/** `user@host:port`, `[::1]:port`, or ssh's `ssh://` form of them. */
function splitHop(hop: string): {readonly user?: string; readonly name: string; readonly port?: string} {
	const [, user, bracketed, plain, port] =
		/^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(hop) ?? [];
	const name = bracketed ?? plain ?? hop;
	return {name, ...(user === undefined ? {} : {user}), ...(port === undefined ? {} : {port})};
}

/** Settings of ssh_config(5) that say whom to believe or by which way to go, and that only OpenSSH's own client carries out. */
const foreign = [
	'bindaddress',
	'bindinterface',
	'knownhostscommand',
	'pkcs11provider',
	'proxyusefdpass',
	'revokedhostkeys',
];

/** @throws OpenSshNeeded: to pass such a setting over would be to believe a host that ssh does not. */
function refuseForeign(settings: Settings): void {
	for (const name of foreign) {
		const value = settings.get(name)?.[0];
		if (value !== undefined && value !== 'none' && value !== 'no')
			throw new OpenSshNeeded(`ssh_config has ${name} ${value}`);
	}
}

function agentOf(setting: string | undefined, expand: (text: string) => string): string | undefined {
	if (setting === 'none') return undefined;
	if (setting === undefined || setting === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK;
	return setting.startsWith('$') && !setting.startsWith('${') ? process.env[setting.slice(1)] : expand(setting);
}

/** Paths in a row; one with a space stands in double quotes. */
function splitFiles(text: string): readonly string[] {
	return [...text.matchAll(/"([^"]*)"|(\S+)/g)]
		.map(([, quoted, plain]) => quoted ?? plain ?? '')
		.filter(file => file !== '' && file !== 'none')
		.map(file => (file.startsWith('/') || file.startsWith('~') ? file : join(process.cwd(), file)));
}

/** `none` and 0 leave it to us. */
function seconds(setting: string | undefined): number | undefined {
	const number = Number(setting);
	return number > 0 ? number * 1000 : undefined;
}
