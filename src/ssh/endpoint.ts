import {userInfo} from 'node:os';
import {InputError, type Problem} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {readArguments} from './arguments.ts';

/** How a host is to be reached, as its variables say. What they leave open, ssh_config says. */
export type Endpoint = {
	/** The host's name in the inventory. */
	readonly host: string;
	readonly connection: 'ssh' | 'openssh' | 'local';
	/** What ssh is told to connect to: an address, a name, or a name that ssh_config explains. */
	readonly destination: string;
	/** Options of ssh's command line; they win over ssh_config. */
	readonly options: readonly string[];
	readonly password?: Secret;
	readonly become?: Become;
	/** Who logs in, where the variables say so. */
	readonly login?: string;
	/** For commands that become another user although the host's variables do not say so. */
	readonly sudoPassword?: Secret;
	/** A host of which no key is known is believed, and its key is written down. */
	readonly acceptNewHostKeys: boolean;
};

/** Commands run as another user, by sudo. Without a password sudo must ask for none. */
export type Become = {readonly user: string; readonly password?: Secret};

/** What holds for every host whose variables do not say otherwise. */
export type EndpointDefaults = {
	readonly password?: Secret;
	readonly becomePassword?: Secret;
	readonly acceptNewHostKeys?: boolean;
	readonly user?: string;
	readonly port?: string;
};

type Variables = Readonly<Record<string, unknown>>;

/**
 * Reads Ansible's connection variables of a host.
 *
 * @throws InputError with all mistakes: a value that is not understood is never passed over.
 */
export function endpointFromVars(host: string, vars: Variables, defaults: EndpointDefaults = {}): Endpoint {
	const problems: Problem[] = [];
	const complain = (message: string, hint?: string) => {
		problems.push({message: `${host}: ${message}`, ...(hint === undefined ? {} : {hint})});
	};
	const connection = readConnection(vars, complain);
	const destination = text(vars, 'ansible_host') ?? text(vars, 'ansible_ssh_host') ?? host;
	const user = text(vars, 'ansible_user') ?? text(vars, 'ansible_ssh_user') ?? defaults.user;
	if (connection !== 'local' && !isSafe(destination)) complain(`ansible_host is no address: ${destination}`);
	if (user !== undefined && !isSafe(user)) complain(`ansible_user is no name: ${user}`);
	const given = ['ansible_ssh_common_args', 'ansible_ssh_extra_args'].map(name =>
		readArguments(name, text(vars, name) ?? '', connection === 'openssh', complain),
	);
	const password = secret(vars, 'ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass') ?? defaults.password;
	if (password !== undefined && connection === 'openssh') {
		complain('OpenSSH asks a terminal for passwords', 'use a key or an agent, or ansible_connection: ssh');
	}
	const sudoPassword = secret(vars, 'ansible_become_password', 'ansible_become_pass') ?? defaults.becomePassword;
	const become = readBecome(vars, sudoPassword, user, complain);
	const options = [
		...option('Port', readPort(vars, complain, defaults.port)),
		...option('User', user),
		...option('IdentityFile', readIdentity(vars, complain)),
		...given.flatMap(({options}) => options),
	];
	if (problems.length > 0) throw new InputError(problems);
	return {
		host,
		connection,
		destination,
		options,
		...(password === undefined ? {} : {password}),
		...(become === undefined ? {} : {become}),
		...(user === undefined ? {} : {login: user}),
		...(sudoPassword === undefined ? {} : {sudoPassword}),
		acceptNewHostKeys: defaults.acceptNewHostKeys === true || given.some(({acceptNew}) => acceptNew),
	};
}

type Complain = (message: string, hint?: string) => void;

function readConnection(vars: Variables, complain: Complain): Endpoint['connection'] {
	const connection = text(vars, 'ansible_connection') ?? 'ssh';
	if (connection === 'ssh' || connection === 'openssh' || connection === 'local') return connection;
	if (connection !== 'smart') complain(`ansible_connection is '${connection}'`, 'write ssh, openssh or local');
	return 'ssh';
}

function readPort(vars: Variables, complain: Complain, otherwise: string | undefined): string | undefined {
	const port = text(vars, 'ansible_port') ?? text(vars, 'ansible_ssh_port') ?? otherwise;
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
		complain(`ansible_port is no port: ${port}`);
	}
	return port;
}

/** As ssh_config writes a path: quoted, and a % doubled. */
function readIdentity(vars: Variables, complain: Complain): string | undefined {
	const file = text(vars, 'ansible_ssh_private_key_file') ?? text(vars, 'ansible_private_key_file');
	if (file === undefined) return undefined;
	if (/["\n]/.test(file)) complain(`ansible_ssh_private_key_file is no path that ssh can read: ${file}`);
	return `"${file.replaceAll('%', '%%')}"`;
}

function readBecome(
	vars: Variables,
	password: Secret | undefined,
	login: string | undefined,
	complain: Complain,
): Become | undefined {
	const wanted = vars.ansible_become ?? false;
	if (![true, false, 'true', 'false', 'yes', 'no'].includes(wanted as string)) {
		complain(`ansible_become is neither true nor false: ${wanted}`);
	}
	if (wanted !== true && wanted !== 'true' && wanted !== 'yes') return undefined;
	const method = text(vars, 'ansible_become_method') ?? 'sudo';
	if (method !== 'sudo') complain(`ansible_become_method is '${method}'`, 'only sudo is known');
	for (const name of ['ansible_become_flags', 'ansible_become_exe']) {
		if (vars[name] !== undefined)
			complain(`${name} is not understood`, 'sudo is called by its name, with flags of ours');
	}
	const user = text(vars, 'ansible_become_user') ?? 'root';
	if (!isSafe(user)) complain(`ansible_become_user is no name: ${user}`);
	// As in Ansible: nobody becomes who they are.
	if (user === (login ?? userInfo().username)) return undefined;
	return {user, ...(password === undefined ? {} : {password})};
}

function option(name: string, value: string | undefined): readonly string[] {
	return value === undefined ? [] : ['-o', `${name}=${value}`];
}

/** An address or a name out of an encrypted file is shown all the same: to ssh, and by it. */
function text(vars: Variables, name: string): string | undefined {
	const value = vars[name];
	if (value === undefined || value === null) return undefined;
	return value instanceof Secret ? value.reveal() : String(value);
}

function secret(vars: Variables, ...names: readonly string[]): Secret | undefined {
	const name = names.find(name => vars[name] !== undefined);
	const value = name === undefined ? undefined : vars[name];
	return value === undefined || value instanceof Secret ? value : new Secret(String(value));
}

/** Neither an option of ssh nor anything that a ProxyCommand's shell would read: what OpenSSH refuses too. */
export function isSafe(name: string): boolean {
	return name !== '' && !name.startsWith('-') && !/[\s\x00-\x1f\x7f'"`\\$;&<>|(){}]/.test(name);
}
