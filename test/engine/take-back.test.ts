import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

test('what came before a failure is taken back, the last first, but not what a moved guest stands on', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'a');
	const shell = new FakeShell(world);
	const {told} = await run(
		`
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /images/a-0.qcow2, size: 64 MiB}
      delegate_to: kvm2
    - virsh_migrate: {guest: a, to: kvm2, live: true, persistent: true, copy_storage_all: true, migrate_disks: [vda]}
    - qemu_img_create: {path: /images/spare1, size: 1 MiB}
    - qemu_img_create: {path: /images/spare2, size: 1 MiB}
    - assert: {that: [false], fail_msg: enough}
`,
		{shell},
	);
	same(t, told.slice(-3), ['play1.task5@kvm1 failed: enough', 'play1.task4@kvm1 undone', 'play1.task3@kvm1 undone']);
	same(t, [...world.host('kvm1').files.keys()], ['/images/a-0.qcow2']);
	same(t, [...world.host('kvm2').files.keys()], ['/images/a-0.qcow2']);
	same(
		t,
		[...world.host('kvm2').domains.values()].map(({state}) => state),
		['running'],
	);
});

test('two running copies are never repaired: stuck, exit 5, and the commands to look with', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	const guest = world.guest('kvm1', 'a');
	const inner = new FakeShell(world);
	const shell: Shell = {
		async run(command) {
			const outcome = await inner.run(command);
			if (command.argv.includes('migrate')) {
				world.host('kvm1').domains.set(guest.uuid, {...guest, reason: 1});
				return {...outcome, end: 'exited', code: 1, stderr: 'error: something odd\n'};
			}
			return outcome;
		},
		close: async () => {},
	};
	const {recap, told, events} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}, {debug: never}]}', {
		shell,
	});
	t.is(recap.exitCode, 5);
	t.is(told.length, 1);
	t.regex(String(told[0]), /stuck: the location of a is uncertain: running .* on kvm1; running .* on kvm2/);
	const failure = events.flatMap(event => (event.type === 'action-ended' && event.failure ? [event.failure] : []))[0];
	t.regex(failure?.remedies.join('\n') ?? '', new RegExp(`virsh domstate --reason ${guest.uuid}`));
	same(
		t,
		inner.writes().filter(({argv}) => argv.some(word => /^(destroy|resume|undefine)$/.test(word))),
		[],
	);
});

for (const end of ['lost', 'exited'] as const) {
	test(`a source that kept the definition of a guest that has arrived loses it: its virsh ${end}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		world.guest('kvm1', 'a', {autostart: true});
		const inner = new FakeShell(world);
		const shell: Shell = {
			async run(command) {
				const [program, ...words] = command.argv;
				if (!words.includes('migrate')) return inner.run(command);
				await inner.run({...command, argv: [program, ...words.filter(word => word !== '--undefinesource')]});
				const said = {stdout: '', stderr: 'error: End of file\n', durationMs: 1};
				return end === 'lost' ? {end, reason: 'cut', ...said} : {end, code: 1, ...said};
			},
			close: async () => {},
		};
		const {recap} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
		t.is(recap.exitCode, 0);
		t.is(world.host('kvm1').domains.size, 0);
		t.like([...world.host('kvm2').domains.values()][0], {state: 'running', persistent: true});
		t.deepEqual(inner.broken, []);
	});
}

/** A shell on which virsh migrate ends in an error, and leaves the guest as told. */
function shellWith(world: FakeWorld, leave: () => void): {readonly inner: FakeShell; readonly shell: Shell} {
	const inner = new FakeShell(world);
	const shell: Shell = {
		async run(command) {
			if (!command.argv.includes('migrate')) return inner.run(command);
			leave();
			return {end: 'exited', code: 1, stdout: '', stderr: 'error: End of file while reading data\n', durationMs: 1};
		},
		close: async () => {},
	};
	return {inner, shell};
}

test('a guest that has arrived, and whose source was never told, is ended there: it is paused, and stale', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	const guest = world.guest('kvm1', 'a', {autostart: true});
	const {inner, shell} = shellWith(world, () => {
		for (const [path, file] of world.host('kvm1').files) world.put('kvm2', path, file);
		world.host('kvm2').domains.set(guest.uuid, {...guest, state: 'running', reason: 2, autostart: false});
		Object.assign(guest, {state: 'paused', reason: 2});
	});
	const {recap} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
	t.is(recap.exitCode, 0);
	same(
		t,
		inner.writes().flatMap(({host, argv}) => (argv.includes('destroy') ? [host] : [])),
		['kvm1'],
	);
	t.is(world.host('kvm1').domains.size, 0);
	t.like([...world.host('kvm2').domains.values()][0], {state: 'running', persistent: true, autostart: true});
});

test('a guest that waits at its source does not run on while the destination has a process for it', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	const guest = world.guest('kvm1', 'a');
	const {inner, shell} = shellWith(world, () => {
		world.unseen.add(`kvm2 ${guest.uuid}`);
		Object.assign(guest, {state: 'paused', reason: 2});
	});
	const {recap} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
	t.is(recap.exitCode, 5);
	t.is(guest.state, 'paused');
	t.false(inner.writes().some(({argv}) => argv.includes('resume') || argv.includes('destroy')));
	world.unseen.clear();
});

test('a process at the destination that never ran the guest is ended, and nothing is left', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	const guest = world.guest('kvm1', 'a');
	const before = world.snapshot();
	const inner = new FakeShell(world);
	const shell: Shell = {
		async run(command) {
			if (!command.argv.includes('migrate')) return inner.run(command);
			const stillborn = {...guest, state: 'paused', reason: 11, persistent: false} as const;
			world.host('kvm2').domains.set(guest.uuid, stillborn);
			return {end: 'exited', code: 1, stdout: '', stderr: 'error: End of file while reading data\n', durationMs: 1};
		},
		close: async () => {},
	};
	const {recap} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
	t.is(recap.exitCode, 4);
	t.deepEqual(world.snapshot(), before);
	same(
		t,
		inner.writes().flatMap(({host, argv}) => (argv.includes('destroy') ? [host] : [])),
		['kvm2'],
	);
});

for (const [what, reason, persistent] of [
	['is arriving', 2, false],
	['has a definition of its own there', 11, true],
] as const) {
	test(`a process at the destination that ${what} is never ended: stuck, with both hosts’ words and what lies about`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		const guest = world.guest('kvm1', 'a');
		const inner = new FakeShell(world);
		const shell: Shell = {
			async run(command) {
				if (!command.argv.includes('migrate')) return inner.run(command);
				world.host('kvm2').domains.set(guest.uuid, {...guest, state: 'paused', reason, persistent});
				return {end: 'exited', code: 1, stdout: '', stderr: 'error: End of file while reading data\n', durationMs: 1};
			},
			close: async () => {},
		};
		const {recap, events} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
		t.is(recap.exitCode, 5);
		t.false(inner.writes().some(({argv}) => argv.includes('destroy')));
		const failure = events.flatMap(event => (event.type === 'action-ended' ? [event.failure] : []))[0];
		t.regex(failure?.where ?? '', /running \(booted\) on kvm1; paused \(.*\) on kvm2/);
		t.like(failure?.left, [{host: 'kvm2', path: '/images/a-0.qcow2'}]);
		t.regex(failure?.left?.[1]?.path ?? '', /^\/images\/a-0\.qcow2\.vacate-/);
	});
}

test('a host that does not respond when a move is taken back: stuck, and what was made there is named', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'a');
	const inner = new FakeShell(world);
	let dead = false;
	const shell: Shell = {
		async run(command) {
			if (command.argv.includes('migrate')) {
				dead = true;
				return {end: 'exited', code: 1, stdout: '', stderr: 'error: Connection refused\n', durationMs: 1};
			}
			if (dead && command.host === 'kvm2') throw new UnreachableError('kvm2', 'no answer');
			return inner.run(command);
		},
		close: async () => {},
	};
	const {recap, events} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
	t.is(recap.exitCode, 5);
	const failure = events.flatMap(event => (event.type === 'action-ended' ? [event.failure] : []))[0];
	t.regex(failure?.message ?? '', /the move of a could not be undone: kvm2 cannot be reached/);
	t.is(failure?.where, 'running (booted) on kvm1; kvm2 does not respond (kvm2 cannot be reached: no answer)');
	same(
		t,
		(failure?.left ?? []).map(({host, path}) => `${host}:${path}`.replace(/vacate-.*/, 'vacate-')),
		['kvm2:/images/a-0.qcow2', 'kvm2:/images/a-0.qcow2.vacate-'],
	);
	same(t, failure?.remedies ?? [], ['make kvm2 reachable, then check its guests: virsh list --all (on kvm2)']);
});
