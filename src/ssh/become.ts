import {userInfo} from 'node:os';
import type {Command} from '../shell/command.ts';
import {readingSecrets, settingsOf} from '../shell/environment.ts';
import type {Become, Endpoint} from './endpoint.ts';

/**
 * The user to become: the command's own, or else that of the host's variables. As in Ansible, not if it is the login
 * user.
 */
export function becomeFor(
	{becomeUser}: Command,
	{become, login, sudoPassword}: Pick<Endpoint, 'become' | 'login' | 'sudoPassword'>,
): Become | undefined {
	if (becomeUser === undefined) return become;
	if (becomeUser === null || becomeUser === (login ?? userInfo().username)) return undefined;
	return {user: becomeUser, ...(sudoPassword === undefined ? {} : {password: sudoPassword})};
}

/**
 * Runs a command of this machine as another user. sudo must not ask for a password, because stdin belongs to the
 * command.
 */
export function asOtherUser(command: Command, become: Become | undefined): Command {
	if (become === undefined) return command;
	const plain = readingSecrets(command);
	const argv = ['env', ...settingsOf(plain), ...plain.argv];
	return {...plain, argv: ['sudo', '-n', '-H', '-u', become.user, '--', ...argv]};
}
