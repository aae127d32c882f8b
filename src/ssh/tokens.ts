import {hostname, userInfo} from 'node:os';
import {UnreachableError} from '../errors.ts';

/** What stands for a letter after `%`. */
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

/** Fills in the tokens, which is all that ssh_config(5) lets a command hold: the rest is for the shell. */
export function expandTokens(host: string, tokens: Tokens, text: string): string {
	return text.replace(/%(.)/g, (all, token: string) => {
		const value = tokens[token];
		if (value === undefined) throw new UnreachableError(host, `ssh_config holds ${all}, which is not understood`);
		return value;
	});
}

/** `~` and `${NAME}`, which it lets a path hold. A user's home is what the system says, as for ssh, not what HOME says. */
export function expandHome(text: string): string {
	return text
		.replace(/^~(?=\/|$)/, () => userInfo().homedir)
		.replace(/\$\{(\w+)\}/g, (_all, name: string) => process.env[name] ?? '');
}
