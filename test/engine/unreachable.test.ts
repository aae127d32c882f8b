import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {decorate} from '../../src/shell/decorate.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';

test('if the source cannot be reached, all hosts that cannot be reached are told at once, each remedy once', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1');
	const remedies = new Map([
		['kvm1', 'accept its key'],
		['kvm3', 'start it'],
	]);
	const shell = decorate(new FakeShell(world), async (command, run) => {
		const remedy = remedies.get(command.host);
		if (remedy !== undefined) throw new UnreachableError(command.host, 'no route', remedy);
		return run(command);
	});
	const {problems} = await planOf('- hosts: kvm1\n  tasks:\n    - evacuate: {to: compute}\n', shell);
	t.deepEqual(
		problems.map(({message, remedies}) => ({message, remedies})),
		[
			{
				message: 'kvm1 cannot be reached: no route; kvm3 cannot be reached: no route',
				remedies: ['accept its key', 'start it'],
			},
		],
	);
});
