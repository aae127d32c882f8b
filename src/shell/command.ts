import type {Secret} from './secret.ts';

/** Does it change anything on the host? Reads may be repeated; a write whose outcome is unknown never is. */
export type CommandEffect = 'read' | 'write';

/** One command for one host. A value until the moment it runs: never a string for a shell. */
export type Command = {
	/** The host's name in the inventory. */
	readonly host: string;
	readonly argv: readonly [string, ...string[]];
	readonly effect: CommandEffect;
	/** What the command reads on its standard input. */
	readonly stdin?: string | Secret;
	/** Extra environment, beside the `LC_ALL=C` that every command gets. A secret in it is one line. */
	readonly environment?: Readonly<Record<string, string | Secret>>;
	/** After this time the remote process is ended. No limit when left out. */
	readonly timeoutMs?: number;
	/** Who runs it on the host, with sudo; null: who logs in. As the host's variables say when left out. */
	readonly becomeUser?: string | null;
	/** Runs on this machine, whatever host it names. */
	readonly here?: boolean;
	/** Neither what it is given nor what it answers is recorded. */
	readonly hidden?: boolean;
};

/** A command that only looks. */
export function read(host: string, argv: readonly [string, ...string[]], rest: CommandRest = {}): Command {
	return {host, argv, effect: 'read', ...rest};
}

/** A command that changes something. */
export function write(host: string, argv: readonly [string, ...string[]], rest: CommandRest = {}): Command {
	return {host, argv, effect: 'write', ...rest};
}

type CommandRest = Omit<Command, 'host' | 'argv' | 'effect'>;
