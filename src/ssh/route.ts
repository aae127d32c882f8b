import {userInfo} from 'node:os';
import {join} from 'node:path';
import {UnreachableError} from '../errors.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Secret} from '../shell/secret.ts';
import type {ConfigReader, Settings} from './config.ts';
import {type Endpoint, isSafe} from './endpoint.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import {expandHome, expandTokens, type Tokens, tokensOf} from './tokens.ts';

/** Everything that is needed to connect. */
export type Route = {
	/** The inventory name of the host, for messages. */
	readonly host: string;
	readonly address: string;
	readonly port: number;
	readonly user: string;
	/** The name of the host in known_hosts. */
	readonly keyName: string;
	readonly knownHostsFiles: readonly string[];
	readonly hashKnownHosts: boolean;
	readonly acceptNewHostKeys: boolean;
	/** Private keys, in the order in which they are tried. */
	readonly identityFiles: readonly string[];
	readonly certificateFiles: readonly string[];
	/** Other keys in the agent are not offered. */
	readonly identitiesOnly: boolean;
	readonly agent?: string;
	readonly password?: Secret;
	readonly via: Via;
	readonly connectTimeoutMs: number;
	/** The keepalive interval; the connection is dropped after `aliveCountMax` unanswered messages. */
	readonly aliveIntervalMs: number;
	readonly aliveCountMax: number;
	/** Kerberos tickets may be used to log in. */
	readonly gssapi: boolean;
	/** The algorithms that ssh_config allows, by setting. */
	readonly allowed: Readonly<Record<'kex' | 'cipher' | 'hmac' | 'serverHostKey', readonly string[]>>;
	/** The equivalent ssh command, for the user to run. */
	readonly byHand: string;
};

/** The transport: direct, through a command, or through another host. */
export type Via =
	| {readonly kind: 'direct'; readonly family: 0 | 4 | 6}
	| {readonly kind: 'command'; readonly line: string}
	| {readonly kind: 'jump'; readonly hop: Route};

/** A longer chain of jump hosts is a loop. */
const longestChain = 8;

/** @throws UnreachableError if ssh_config cannot be parsed. */
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
		throw new UnreachableError(host, `ssh -G: ${error.message}`, `for details, run: ${byHand}`);
	});
	if (depth > longestChain) throw new UnreachableError(host, `ProxyJump contains a loop through ${destination}`);
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
		// Like ssh: the last jump host is reached through the ones before it, with its own settings from the same file.
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
				throw new UnreachableError(host, `the name is not safe in the shell of a ProxyCommand: ${name}`);
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

/** Settings of ssh_config(5) that affect trust or transport and that only OpenSSH's client implements. */
const foreign = [
	'bindaddress',
	'bindinterface',
	'knownhostscommand',
	'pkcs11provider',
	'proxyusefdpass',
	'revokedhostkeys',
];

/** @throws OpenSshNeeded: ignoring such a setting could mean trusting a host that ssh does not trust. */
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

/** Space-separated paths; a path with a space is in double quotes. */
function splitFiles(text: string): readonly string[] {
	return [...text.matchAll(/"([^"]*)"|(\S+)/g)]
		.map(([, quoted, plain]) => quoted ?? plain ?? '')
		.filter(file => file !== '' && file !== 'none')
		.map(file => (file.startsWith('/') || file.startsWith('~') ? file : join(process.cwd(), file)));
}

/** `none` and 0 mean the default. */
function seconds(setting: string | undefined): number | undefined {
	const number = Number(setting);
	return number > 0 ? number * 1000 : undefined;
}
