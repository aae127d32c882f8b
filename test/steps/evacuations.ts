import type {Plan} from '../../src/plan/document/model.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome} from '../../src/shell/shell.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {FakeWorld} from '../fakes/world.ts';

export function hosts(): FakeWorld {
	return new FakeWorld('kvm1', 'kvm2', 'kvm3');
}

export const playbook = (params: object, more = '') =>
	`- hosts: kvm1\n  tasks:\n    - evacuate: ${JSON.stringify({to: 'compute', order: 'name', ...params})}\n${more}`;

export const goes = ({actions}: Plan) =>
	actions.flatMap(({guest, host, to}) => (guest === undefined ? [] : [`${guest} ${host} ${to}`]));

export const stays = ({left}: Plan) =>
	left.map(({guest, reason, fails}) => `${guest} ${fails ? 'fails' : 'stays'}: ${reason}`);

/** A world that answers some commands in its own way. */
export function answering(
	world: FakeWorld,
	own: (command: Command) => Partial<Outcome & {readonly code: number}> | undefined,
) {
	const shell = new FakeShell(world);
	const plain = shell.run.bind(shell);
	shell.run = async command => {
		const special = own(command);
		const ended = {end: 'exited', code: 0, stdout: '', stderr: '', durationMs: 1} as const;
		return special === undefined ? plain(command) : ({...ended, ...special} as Outcome);
	};
	return shell;
}

export function threeGuests(): FakeWorld {
	const world = hosts();
	for (const name of ['a', 'b', 'c']) world.guest('kvm1', name);
	return world;
}
