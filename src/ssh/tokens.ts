import {hostname, userInfo} from 'node:os';
import {UnreachableError} from '../errors.ts';

/** The values of the tokens, by the letter after `%`. */
export type Tokens = Readonly<Record<string, string>>;

type Destination = {
	readonly destination: string;
	readonly address: string;
	readonly port: number;
	readonly user: string;
	readonly alias: string | undefined;
};

export function tokensOf({destination, address, port, user, alias}: Destination): Tokens {
	const {homedir, uid, username} = userInfo();
	return {
		'%': '%',
		d: homedir,
		h: address,
		i: String(uid),
		k: alias ?? destination,
		L: hostname().split('.')[0] ?? '',
		l: hostname(),
		n: destination,
		p: String(port),
		r: user,
		u: username,
	};
}

/** Expands the % tokens of a command in ssh_config(5). Everything else is left to the shell. */
export function expandTokens(host: string, tokens: Tokens, text: string): string {
	return text.replace(/%(.)/g, (all, token: string) => {
		const value = tokens[token];
		if (value === undefined) throw new UnreachableError(host, `ssh_config contains the unsupported token ${all}`);
		return value;
	});
}

/** Expands `~` and `${NAME}` in a path. Like ssh, it takes the home directory from the system, not from HOME. */
export function expandHome(text: string): string {
	return text
		.replace(/^~(?=\/|$)/, () => userInfo().homedir)
		.replace(/\$\{(\w+)\}/g, (_all, name: string) => process.env[name] ?? '');
}
