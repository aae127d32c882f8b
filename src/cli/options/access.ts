import type {Command} from 'commander';
import type {EndpointDefaults} from '../../ssh/endpoint.ts';
import type {Verbosity} from '../../views/commands.ts';

/** The options of every command that logs in to hosts. */
export type AccessOptions = {
	readonly acceptNewHostKeys?: true;
	readonly askPass?: true;
	readonly askBecomePass?: true;
	readonly verbose?: Verbosity;
};

/** How to reach hosts, and how much of it to report. */
export type Access = EndpointDefaults & {readonly verbosity: Verbosity};

/** Adds the options for logging in. */
export function withAccess(command: Command): Command {
	return command
		.option('--accept-new-host-keys', 'accept and record the key of a host that has none in known_hosts')
		.option('-k, --ask-pass', 'ask for the login password')
		.option('-K, --ask-become-pass', 'ask for the sudo password')
		.option('-v, --verbose', 'print state-changing commands (-vv: all commands, -vvv: with output)', more, 0);
}

function more(_value: string, before: Verbosity): Verbosity {
	return before === 0 ? 1 : before === 1 ? 2 : 3;
}

/** The login defaults of the command line, for hosts whose variables do not set them. */
export async function readAccess(options: AccessOptions): Promise<Access> {
	const {askSecret} = await import('../terminal/prompt.ts');
	const password = options.askPass && (await askSecret('SSH password: '));
	const becomePassword = options.askBecomePass && (await askSecret('sudo password: '));
	return {
		verbosity: options.verbose ?? 0,
		acceptNewHostKeys: options.acceptNewHostKeys === true,
		...(password === undefined ? {} : {password}),
		...(becomePassword === undefined ? {} : {becomePassword}),
	};
}
