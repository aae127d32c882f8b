import {userInfo} from 'node:os';
import type {Command} from '../shell/command.ts';
import {readingSecrets, settingsOf} from '../shell/environment.ts';
import type {Become, Endpoint} from './endpoint.ts';

/** Who runs a command: whom it names itself, else whom the host's variables name. As in Ansible nobody becomes who they are. */
export function becomeFor(
	{becomeUser}: Command,
	{become, login, sudoPassword}: Pick<Endpoint, 'become' | 'login' | 'sudoPassword'>,
): Become | undefined {
	if (becomeUser === undefined) return become;
	if (becomeUser === null || becomeUser === (login ?? userInfo().username)) return undefined;
	return {user: becomeUser, ...(sudoPassword === undefined ? {} : {password: sudoPassword})};
}

/** A command of this machine as another user runs it. sudo must ask for no password: a command's input is its own. */
export function asOtherUser(command: Command, become: Become | undefined): Command {
	if (become === undefined) return command;
	const plain = readingSecrets(command);
	const argv = ['env', ...settingsOf(plain), ...plain.argv];
	return {...plain, argv: ['sudo', '-n', '-H', '-u', become.user, '--', ...argv]};
}
