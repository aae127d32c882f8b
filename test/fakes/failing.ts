import type {Command} from '../../src/shell/command.ts';
import {FakeShell} from './fake-shell.ts';
import type {FakeWorld} from './world.ts';

export type FakeAnswer = {readonly code: number; readonly stderr: string};

/** Hosts on which some commands fail. */
export function failing(world: FakeWorld, fails: (command: Command) => FakeAnswer | undefined): FakeShell {
	const shell = new FakeShell(world);
	const plain = shell.run.bind(shell);
	shell.run = async command => {
		const answer = fails(command);
		return answer === undefined ? plain(command) : {end: 'exited', stdout: '', durationMs: 1, ...answer};
	};
	return shell;
}

export const isMove = ({argv}: Command, to: string) => argv.includes('migrate') && argv.join(' ').includes(`@${to}/`);

/** A virsh migrate to these hosts fails with what it says. */
export const refusedBy = (says: string, ...hosts: readonly string[]) => {
	return (command: Command) => (hosts.some(host => isMove(command, host)) ? {code: 1, stderr: says} : undefined);
};
