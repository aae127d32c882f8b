import type {Command} from 'commander';
import type {EndpointDefaults} from '../../ssh/endpoint.ts';
import type {Verbosity} from '../../views/commands.ts';

/** What every command takes that logs in to hosts. */
export type AccessOptions = {
	readonly acceptNewHostKeys?: true;
	readonly askPass?: true;
	readonly askBecomePass?: true;
	readonly verbose?: Verbosity;
};

/** How hosts are reached, and how much is told of it. */
export type Access = EndpointDefaults & {readonly verbosity: Verbosity};

/** Adds the options about logging in. */
export function withAccess(command: Command): Command {
	return command
		.option('--accept-new-host-keys', 'believe a host of which no key is known, and write its key down')
		.option('-k, --ask-pass', 'ask for the password to log in with')
		.option('-K, --ask-become-pass', 'ask for the password of sudo')
		.option('-v, --verbose', 'tell the commands that change something; -vv all; -vvv also their output', more, 0);
}

function more(_value: string, before: Verbosity): Verbosity {
	return before === 0 ? 1 : before === 1 ? 2 : 3;
}

/** What the command line says about logging in, for every host whose variables do not. */
export async function readAccess(options: AccessOptions): Promise<Access> {
	const {askSecret} = await import('../terminal/ask.ts');
	const password = options.askPass && (await askSecret('Password to log in: '));
	const becomePassword = options.askBecomePass && (await askSecret('Password of sudo: '));
	return {
		verbosity: options.verbose ?? 0,
		acceptNewHostKeys: options.acceptNewHostKeys === true,
		...(password === undefined ? {} : {password}),
		...(becomePassword === undefined ? {} : {becomePassword}),
	};
}
