import type {Command} from 'commander';
import type {EndpointDefaults} from '../ssh/endpoint.ts';

/** What the command line says about logging in. */
export type AccessOptions = {
	readonly acceptNewHostKeys?: true;
	readonly askPass?: true;
	readonly askBecomePass?: true;
};

export function withAccess(command: Command): Command {
	return command
		.option('--accept-new-host-keys', 'believe a host of which no key is known, and write its key down')
		.option('-k, --ask-pass', 'ask for the password to log in with')
		.option('-K, --ask-become-pass', 'ask for the password of sudo');
}

/** The same for every host whose variables do not say otherwise. */
export async function readAccess(options: AccessOptions): Promise<EndpointDefaults> {
	const {askSecret} = await import('./ask.ts');
	const password = options.askPass && (await askSecret('Password to log in: '));
	const becomePassword = options.askBecomePass && (await askSecret('Password of sudo: '));
	return {
		acceptNewHostKeys: options.acceptNewHostKeys === true,
		...(password === undefined ? {} : {password}),
		...(becomePassword === undefined ? {} : {becomePassword}),
	};
}
