import test from 'ava';
import type {Command} from '../../src/shell/command.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';
import {answering, hosts, playbook} from './evacuations.ts';

const move = (params: object = {}) =>
	`- hosts: kvm1\n  tasks:\n    - migrate: ${JSON.stringify({guest: 'a', to: 'kvm2', stop_and_start: {}, ...params})}\n`;

function oneGuest(): FakeWorld {
	const world = hosts();
	world.guest('kvm1', 'a');
	return world;
}

const where = (world: FakeWorld) =>
	[...world.hosts].flatMap(([host, {domains}]) =>
		[...domains.values()].map(({name, state}) => `${name} ${host} ${state}`),
	);
const isShutdown = ({argv}: Command) => argv.includes('shutdown');
const ordersOf = (shell: FakeShell) =>
	shell.writes().flatMap(({host, argv}) => {
		const order = argv.find(word => ['shutdown', 'destroy', 'start', 'migrate'].includes(word));
		return order === undefined ? [] : [`${order} ${host}`];
	});

test('a guest is shut down, moved with its disks, and started at the destination', async t => {
	const world = oneGuest();
	const shell = new FakeShell(world);
	const {recap, told} = await run(move(), {shell});
	t.is(recap.exitCode, 0, told.join('\n'));
	same(t, where(world), ['a kvm2 running']);
	same(t, ordersOf(shell), ['shutdown kvm1', 'migrate kvm1', 'start kvm2']);
	same(t, shell.broken, []);
});

test('a guest that does not shut down keeps running where it is, is not forced off, and nothing is left of the move', async t => {
	const world = oneGuest();
	const before = world.snapshot();
	const shell = answering(world, command => (isShutdown(command) ? {} : undefined));
	const {recap, told} = await run(move({stop_and_start: {timeout: '20 s'}}), {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	t.regex(told.join('\n'), /a did not shut down within 20 s; it is .*on kvm1/);
	t.deepEqual(world.snapshot(), before);
	same(t, ordersOf(shell), []);
});

test('a guest that shuts down too late, while its move is undone, is started again', async t => {
	const world = oneGuest();
	const before = world.snapshot();
	const [guest] = [...world.host('kvm1').domains.values()];
	let left = 30;
	const shell = answering(world, command => {
		if (isShutdown(command)) return {};
		if (command.host !== 'kvm1' || !command.argv.join(' ').includes('domstats') || left-- !== 0) return undefined;
		Object.assign(guest ?? {}, {state: 'shut off', reason: 1});
		world.told.add(guest?.uuid ?? '');
		return undefined;
	});
	const {recap, told} = await run(move({stop_and_start: {timeout: '10 s'}}), {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	t.deepEqual(world.snapshot(), before);
	same(t, ordersOf(shell), ['start kvm1']);
});

test('with force, a guest that does not shut down is forced off, and the plan says so', async t => {
	const world = oneGuest();
	const text = move({stop_and_start: {timeout: '20 s', force: true}});
	const plan = await planOf(text, new FakeShell(world));
	t.regex(JSON.stringify(plan), /it has 20 s to shut down, and is forced off if that takes longer/);
	const shell = answering(world, command => (isShutdown(command) ? {} : undefined));
	const {recap, told} = await run(text, {shell});
	t.is(recap.exitCode, 0, told.join('\n'));
	same(t, where(world), ['a kvm2 running']);
	same(t, ordersOf(shell), ['destroy kvm1', 'migrate kvm1', 'start kvm2']);
	same(t, shell.broken, []);
});

const failures: readonly (readonly [string, (command: Command) => boolean])[] = [
	['its disks cannot be copied', ({argv}) => argv.includes('convert')],
	['its definition is refused', ({argv}) => argv.includes('migrate')],
	['the destination cannot start it', ({host, argv}) => argv.includes('start') && host === 'kvm2'],
];
for (const [title, fails] of failures) {
	test(`a guest is started again at its source if ${title}`, async t => {
		const world = oneGuest();
		const before = world.snapshot();
		const shell = answering(world, command => (fails(command) ? {code: 1, stderr: 'error: no luck\n'} : undefined));
		const {recap, told} = await run(move(), {shell});
		t.is(recap.exitCode, 4, told.join('\n'));
		t.regex(told.join('\n'), /no luck/);
		t.deepEqual(world.snapshot(), before);
		t.is(ordersOf(shell).at(-1), 'start kvm1');
		same(t, shell.broken, []);
	});
}

test('a guest without a persistent definition, or a paused one, is never shut down for a move', async t => {
	for (const [change, why] of [
		[{persistent: false}, 'the guest has no persistent definition and would be gone after a shutdown'],
		[{state: 'paused'}, 'the guest is paused, so that it cannot shut down'],
	] as const) {
		const world = oneGuest();
		for (const guest of world.host('kvm1').domains.values()) Object.assign(guest, change);
		const shell = new FakeShell(world);
		const {told} = await run(move(), {shell});
		t.true(told.join('\n').includes(`a cannot be shut down for its move: ${why}`), told.join('\n'));
		const policy = playbook({policy: 'stop_and_start'});
		const evacuated = await planOf(policy, shell);
		same(
			t,
			evacuated.left.map(({reason}) => reason),
			[`not shut down for a move: ${why}`],
		);
		same(t, shell.writes(), []);
	}
});

test('a guest with a device of its host moves cold only if the task accepts that', async t => {
	const devices =
		"<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' slot='2' function='0'/></source></hostdev>";
	for (const state of ['running', 'shut off'] as const) {
		const world = hosts();
		world.guest('kvm1', 'a', {devices, state});
		const shell = new FakeShell(world);
		const {told} = await run(move({offline: true}), {shell});
		t.regex(told.join('\n'), /a uses a device of kvm1: pci/);
		same(t, shell.writes(), []);
		const accepted = await run(move({offline: true, accept: ['guest-devices']}), {shell});
		t.is(accepted.recap.exitCode, 0, accepted.told.join('\n'));
	}
});

test('evacuate and return_home take a guest away and back in the same way, and only the guests whose policy says so', async t => {
	const world = hosts();
	world.guest('kvm1', 'a', {metadata: 'policy="stop_and_start"'});
	world.guest('kvm1', 'b');
	const shell = new FakeShell(world);
	const each = [{guests: 'a', shutdown: {timeout: '2 min'}}];
	const text = playbook({to: 'kvm2', each}, '    - return_home: {required: true}\n');
	const {recap, told} = await run(text, {shell});
	t.is(recap.exitCode, 0, told.join('\n'));
	same(t, where(world).sort(), ['a kvm1 running', 'b kvm1 running']);
	const own = ordersOf(shell).filter(order => !order.startsWith('migrate'));
	same(t, own, ['shutdown kvm1', 'start kvm2', 'shutdown kvm2', 'start kvm1']);
	same(t, shell.broken, []);
});

test('live_or_cold shuts down only a guest that cannot move live, and only where a policy says so', async t => {
	const world = hosts();
	world.guest('kvm1', 'a');
	world.guest('kvm1', 'b', {devices: "<shmem name='data'/>"});
	const planned = async (params: object) => {
		const plan = await planOf(playbook({to: 'kvm2', ...params}), new FakeShell(world));
		const stopped = plan.actions.filter(({commands}) => commands.some(({run: text}) => /virsh .*shutdown/.test(text)));
		return {plan, goes: plan.actions.map(({guest}) => guest), stopped: stopped.map(({guest}) => guest)};
	};
	const both = await planned({policy: 'live_or_cold', round_trip: 'required'});
	same(t, both.goes, ['a', 'b']);
	same(t, both.stopped, ['b']);
	t.regex(JSON.stringify(both.plan), /is shut down for its move to kvm2, since it cannot move there live/);
	const offline = await planned({migrate: {offline: true}});
	same(t, offline.goes, ['a']);
	same(t, offline.stopped, []);
});
