import test from 'ava';
import {perform} from '../../src/engine/action/perform.ts';
import {CommandError, StepError, UnreachableError} from '../../src/errors.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {reboot} from '../../src/steps/ansible/reboot.ts';
import {waitForConnection} from '../../src/steps/ansible/wait_for_connection.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {plannedOf, planOn, toolsOf} from '../fakes/rig.ts';
import {FakeWorld} from '../fakes/world.ts';

/** A shell in which some commands end otherwise. */
function but(shell: Shell, answer: (command: Command) => Partial<Outcome> | Error | undefined): Shell {
	return {
		async run(command) {
			const other = answer(command);
			if (other instanceof Error) throw other;
			const outcome = await shell.run(command);
			return {...outcome, ...other} as Outcome;
		},
		close: async () => {},
	};
}

const is = (command: Command, program: string) => command.argv[0] === program;

test('a host on which guests run is not rebooted, unless they may go down', async t => {
	const world = new FakeWorld('kvm1');
	world.guest('kvm1', 'web1');
	world.guest('kvm1', 'db1', {state: 'paused'});
	const shell = new FakeShell(world);
	const error = await t.throwsAsync(planOn(shell, reboot, {}), {instanceOf: StepError});
	t.is(error?.message, 'guests are running on kvm1: web1, db1');
	t.regex(error?.remedy ?? '', /evacuate/);
	await t.notThrowsAsync(planOn(shell, reboot, {stop_guests: true}));
});

test('a guest that has come in the meantime stops the reboot', async t => {
	const world = new FakeWorld('kvm1');
	const shell = new FakeShell(world);
	const action = await planOn(shell, reboot, {});
	world.guest('kvm1', 'late');
	const performed = await perform(plannedOf(reboot, action), toolsOf(shell));
	t.like(performed, {end: 'failed', error: {message: 'guests are running on kvm1: late'}});
	t.deepEqual(shell.writes(), []);
});

test('the connection may go with the host, and the host may take its time', async t => {
	const shell = new FakeShell(new FakeWorld('kvm1'));
	let refused = 5;
	const flaky = but(shell, command => {
		if (is(command, 'systemctl')) return {end: 'lost', reason: 'cut'} as Partial<Outcome>;
		if (is(command, 'cat') && shell.writes().length > 0 && refused-- > 0)
			return new UnreachableError('kvm1', 'no route');
		return undefined;
	});
	const action = await planOn(shell, reboot, {});
	t.like(await perform(plannedOf(reboot, action), toolsOf(flaky)), {end: 'succeeded'});
	t.is(shell.writes().length, 1);
});

test('a host that never went down, or never comes back, is told as such when the time is over', async t => {
	const shell = new FakeShell(new FakeWorld('kvm1'));
	const action = await planOn(shell, reboot, {reboot_timeout: '30 s'});
	const same = but(shell, command => (is(command, 'cat') ? {stdout: 'the same\\n'} : undefined));
	const stayed = await perform(plannedOf(reboot, action), toolsOf(same));
	t.regex(
		String(stayed.end === 'failed' && stayed.error),
		/kvm1 did not respond as expected within 30 s: cat .*boot_id printed/,
	);
	const gone = but(shell, () => new UnreachableError('kvm1', 'no route to host'));
	const waiting = await perform(
		plannedOf(waitForConnection, await planOn(shell, waitForConnection, {timeout: '1 min'})),
		toolsOf(gone),
	);
	t.regex(
		String(waiting.end === 'failed' && waiting.error),
		/did not respond as expected within 60 s: .*no route to host/,
	);
});

test('a command that says that it does not reboot is believed', async t => {
	const shell = new FakeShell(new FakeWorld('kvm1'));
	const refusing = but(shell, command =>
		is(command, 'systemctl') ? ({end: 'exited', code: 1, stderr: 'Access denied'} as Partial<Outcome>) : undefined,
	);
	const action = await planOn(shell, reboot, {});
	const performed = await perform(plannedOf(reboot, action), toolsOf(refusing));
	t.false(performed.end === 'failed' && performed.error instanceof CommandError);
	t.regex(
		String(performed.end === 'failed' && performed.error),
		/systemctl reboot on kvm1: exit code 1: Access denied/,
	);
});
