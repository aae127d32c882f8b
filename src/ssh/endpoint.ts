import {userInfo} from 'node:os';
import {InputError, type Problem} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {readArguments} from './arguments.ts';

/** How to reach a host, from its variables. ssh_config supplies the rest. */
export type Endpoint = {
	/** The inventory name of the host. */
	readonly host: string;
	readonly connection: 'ssh' | 'openssh' | 'local';
	/** The destination passed to ssh: an address, a name, or an alias from ssh_config. */
	readonly destination: string;
	/** ssh command-line options; they override ssh_config. */
	readonly options: readonly string[];
	readonly password?: Secret;
	readonly become?: Become;
	/** The login user, if the variables set one. */
	readonly login?: string;
	/** For commands that become another user although the host's variables do not request it. */
	readonly sudoPassword?: Secret;
	/** Accept and record the key of a host that has none in known_hosts. */
	readonly acceptNewHostKeys: boolean;
};

/** Run commands as another user, with sudo. Without a password, sudo must not ask for one. */
export type Become = {readonly user: string; readonly password?: Secret};

/** Defaults for hosts whose variables do not set a value. */
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
 * @throws InputError with all problems: an unsupported value is never ignored.
 */
export function endpointFromVars(host: string, vars: Variables, defaults: EndpointDefaults = {}): Endpoint {
	const problems: Problem[] = [];
	const complain = (message: string, hint?: string) => {
		problems.push({message: `${host}: ${message}`, ...(hint === undefined ? {} : {hint})});
	};
	const connection = readConnection(vars, complain);
	const destination = text(vars, 'ansible_host') ?? text(vars, 'ansible_ssh_host') ?? host;
	const user = text(vars, 'ansible_user') ?? text(vars, 'ansible_ssh_user') ?? defaults.user;
	if (connection !== 'local' && !isSafe(destination)) complain(`ansible_host is not a valid address: ${destination}`);
	if (user !== undefined && !isSafe(user)) complain(`ansible_user is not a valid user name: ${user}`);
	const given = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'].map(name =>
		readArguments(name, text(vars, name) ?? '', connection === 'openssh', complain),
	);
	complainOfPrograms(vars, complain);
	const password = secret(vars, 'ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass') ?? defaults.password;
	if (password !== undefined && connection === 'openssh') {
		complain(
			'a password cannot be passed to OpenSSH, which reads it from a terminal',
			'use a key or an agent, or ansible_connection: ssh',
		);
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
	if (connection !== 'smart') complain(`ansible_connection is '${connection}'`, 'use ssh, openssh or local');
	return 'ssh';
}

/** Programs that these variables name are not used. */
function complainOfPrograms(vars: Variables, complain: Complain): void {
	for (const [name, {usual, hint}] of Object.entries(programs)) {
		const value = text(vars, name);
		if (value !== undefined && !usual.test(value)) complain(`${name} is not supported: ${value}`, hint);
	}
}

const programs: Readonly<Record<string, {readonly usual: RegExp; readonly hint: string}>> = {
	ansible_ssh_executable: {
		usual: /^(\/usr\/bin\/)?ssh$/,
		hint: 'use ansible_connection: openssh, which runs the ssh found in PATH',
	},
	ansible_shell_executable: {
		usual: /^(\/usr)?(\/bin\/)?sh$/,
		hint: 'set executable in the tasks that use shell',
	},
	ansible_shell_type: {usual: /^sh$/, hint: 'hosts must have a POSIX shell'},
};

function readPort(vars: Variables, complain: Complain, otherwise: string | undefined): string | undefined {
	const port = text(vars, 'ansible_port') ?? text(vars, 'ansible_ssh_port') ?? otherwise;
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
		complain(`ansible_port is not a valid port: ${port}`);
	}
	return port;
}

/** Formats a path for ssh_config: quoted, with % doubled. */
function readIdentity(vars: Variables, complain: Complain): string | undefined {
	const file = text(vars, 'ansible_ssh_private_key_file') ?? text(vars, 'ansible_private_key_file');
	if (file === undefined) return undefined;
	if (/["\n]/.test(file)) complain(`ansible_ssh_private_key_file is not a path that ssh can parse: ${file}`);
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
		complain(`ansible_become must be true or false, not ${wanted}`);
	}
	if (wanted !== true && wanted !== 'true' && wanted !== 'yes') return undefined;
	const method = text(vars, 'ansible_become_method') ?? 'sudo';
	if (method !== 'sudo') complain(`ansible_become_method is '${method}'`, 'only sudo is supported');
	for (const name of ['ansible_become_flags', 'ansible_become_exe']) {
		if (vars[name] !== undefined)
			complain(`${name} is not supported`, 'sudo is found in PATH and run with fixed flags');
	}
	const user = text(vars, 'ansible_become_user') ?? 'root';
	if (!isSafe(user)) complain(`ansible_become_user is not a valid user name: ${user}`);
	// As in Ansible, no sudo is used to become the login user.
	if (user === (login ?? userInfo().username)) return undefined;
	return {user, ...(password === undefined ? {} : {password})};
}

function option(name: string, value: string | undefined): readonly string[] {
	return value === undefined ? [] : ['-o', `${name}=${value}`];
}

/** A string variable. An address or name from an encrypted file is not kept secret, because ssh shows it anyway. */
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

/**
 * Whether the name is neither an option of ssh nor special to the shell of a ProxyCommand; OpenSSH rejects the same
 * names.
 */
export function isSafe(name: string): boolean {
	return name !== '' && !name.startsWith('-') && !/[\s\x00-\x1f\x7f'"`\\$;&<>|(){}]/.test(name);
}
