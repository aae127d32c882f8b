import type {Secret} from './secret.ts';

/** Whether the command changes the host. Reads may be repeated; a write with an unknown outcome never is. */
export type CommandEffect = 'read' | 'write';

/** One command for one host, as a value: it is turned into a shell string only when it runs. */
export type Command = {
	/** The inventory name of the host. */
	readonly host: string;
	readonly argv: readonly [string, ...string[]];
	readonly effect: CommandEffect;
	/** The standard input of the command. */
	readonly stdin?: string | Secret;
	/**
	 * Additional environment variables, besides `LC_ALL=C`, which is always set. A secret among them must be a single
	 * line.
	 */
	readonly environment?: Readonly<Record<string, string | Secret>>;
	/** The remote process is killed after this time. No limit by default. */
	readonly timeoutMs?: number;
	/** The user to run it as, with sudo; null: the login user. By default the host's variables decide. */
	readonly becomeUser?: string | null;
	/** Runs on this machine, whatever its host. */
	readonly here?: boolean;
	/** Neither its input nor its output is recorded. */
	readonly hidden?: boolean;
};

/** A command that changes nothing. */
export function read(host: string, argv: readonly [string, ...string[]], rest: CommandRest = {}): Command {
	return {host, argv, effect: 'read', ...rest};
}

/** A command that changes the host. */
export function write(host: string, argv: readonly [string, ...string[]], rest: CommandRest = {}): Command {
	return {host, argv, effect: 'write', ...rest};
}

type CommandRest = Omit<Command, 'host' | 'argv' | 'effect'>;
