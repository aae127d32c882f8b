import test from 'ava';
import fc from 'fast-check';
import {backOffMs} from '../../src/engine/action/retry-policy.ts';
import {UnreachableError} from '../../src/errors.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {Echo, run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

test('tasks run in step, on all hosts, and a register is a variable of its host', async t => {
	const {said, recap} = await run(`
- hosts: compute
  tasks:
    - command: {argv: [say, "{{ inventory_hostname }}"]}
      register: r
    - debug: "{{ r.stdout }} {{ r.rc }} {{ r is changed }}"
`);
	same(t, said, ['kvm1 0 True', 'kvm2 0 True', 'kvm3 0 True']);
	t.is(recap.exitCode, 0);
	t.like(recap.hosts.kvm1, {changed: 1, ok: 1, failed: 0});
});

test('when, loop and their results', async t => {
	const {said, told} = await run(`
- hosts: kvm1
  vars: {wanted: [a, b, c]}
  tasks:
    - command: {argv: [say, "{{ item }}"]}
      loop: "{{ wanted }}"
      when: item != 'b'
      register: r
    - debug: "{{ r.results | map(attribute='skipped', default=false) | list }}"
    - debug: never
      when: r is failed
`);
	same(t, told.slice(0, 3), [
		'play1.task1@kvm1#1 changed',
		"play1.task1@kvm1#2 skipped: condition is false: item != 'b'",
		'play1.task1@kvm1#3 changed',
	]);
	same(t, said, [[false, true, false]]);
});

test('retries are attempts in all, until says when to stop, and waiting grows only after failures', async t => {
	const shell = new Echo();
	const {told, events, recap} = await run(
		`
- hosts: kvm1
  tasks:
    - command: {argv: [fail]}
      retries: 3
      delay: 10
`,
		{shell},
	);
	t.is(shell.ran.length, 3);
	same(t, told, ['play1.task1@kvm1 failed: exit code 1']);
	const delays = events.flatMap(event => (event.type === 'action-retry' ? [event.delayMs] : []));
	same(t, delays, [10_000, 20_000]);
	t.is(recap.exitCode, 4);

	const polled = await run(`
- hosts: kvm1
  tasks:
    - command: {argv: [say, hello]}
      register: r
      until: r.stdout == 'goodbye'
      retries: 2
      delay: 1 s
`);
	same(t, polled.told, ['play1.task1@kvm1 failed: the condition of `until` is false']);
	same(
		t,
		polled.events.flatMap(event => (event.type === 'action-retry' ? [event.delayMs] : [])),
		[1000],
	);
});

test('what is tried again waits longer each time, at most a minute, and by chance up to half less', t => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 300_000}),
			fc.integer({min: 1, max: 30}),
			fc.double({min: 0, max: 1, noNaN: true}),
			(delayMs, failures, chance) => {
				const full = Math.min(60_000, delayMs * 2 ** (failures - 1));
				const waited = backOffMs(delayMs, failures, () => chance);
				return waited >= Math.floor(full / 2) && waited <= full;
			},
		),
	);
	t.is(
		backOffMs(10_000, 2, () => 0.5),
		15_000,
	);
});

/** Hosts on which the moves of some guests end with an error of virsh. */
function refusing(
	world: FakeWorld,
	error: (uuid: string) => string | undefined,
): FakeShell & {readonly moves: string[]} {
	const inner = new FakeShell(world);
	const run = inner.run.bind(inner);
	const moves: string[] = [];
	inner.run = async command => {
		const uuid = command.argv[command.argv.indexOf('--domain') + 1] ?? '';
		if (!command.argv.includes('migrate')) return run(command);
		moves.push(uuid);
		const stderr = error(uuid);
		return stderr === undefined
			? run(command)
			: {end: 'exited', code: 1, stdout: '', stderr: `error: ${stderr}\n`, durationMs: 1};
	};
	return Object.assign(inner, {moves});
}

test('a destination that is busy is waited for, and that counts as no attempt', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'a');
	let left = 5;
	const shell = refusing(world, () => {
		left -= 1;
		return left >= 0 ? "internal error: Unable to find an unused port in range 'migration' (49152-49215)" : undefined;
	});
	const {recap, events} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {shell});
	t.is(recap.exitCode, 0);
	t.is(shell.moves.length, 6);
	same(
		t,
		events.flatMap(event => (event.type === 'action-retry' ? [`${event.attempt} ${event.delayMs}`] : [])),
		Array(5).fill('1 10000'),
	);
	t.deepEqual(shell.broken, []);
});

for (const [title, params, failing, moved, begun] of [
	['five failures in a row, by default', '', /./, 0, 5],
	['as many as the task says', ', max_failures_in_a_row: 2', /./, 0, 2],
	['failures that are not in a row do not count', ', max_failures_in_a_row: 2', /[aceg]/, 4, 8],
	['more than a part of all', ', max_fail_percentage: 25', /[ace]/, 2, 5],
	['not more than a part of all', ', max_fail_percentage: 50', /[aceg]/, 4, 8],
] as const) {
	test(`when too many moves have failed no more are begun, and every guest is accounted for: ${title}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		const names = [...'abcdefgh'];
		const uuids = new Map(names.map(name => [world.guest('kvm1', name).uuid, name]));
		const shell = refusing(world, uuid => (failing.test(uuids.get(uuid) ?? '') ? 'no luck' : undefined));
		const text = `- {hosts: kvm1, tasks: [{evacuate: {to: kvm2, order: name, limits: {total: 1}${params}}}]}`;
		const {recap, events} = await run(text, {shell});
		t.is(recap.exitCode, 4);
		t.is(shell.moves.length, begun);
		t.is(world.host('kvm2').domains.size, moved);
		same(t, recap.guests.map(({guest}) => guest).sort(), names);
		const left = events.flatMap(event => (event.type === 'guest-left' ? [event.reason] : []));
		t.is(left.length, names.length - begun);
		for (const reason of left) t.regex(reason, /^not started: \d.* moves failed/);
		t.deepEqual(shell.broken, []);
	});
}

test('a guest whose move the run was told not to begin is accounted for', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	for (const name of ['a', 'b', 'c']) world.guest('kvm1', name);
	const stop = new AbortController();
	const shell = refusing(world, () => {
		stop.abort();
		return 'interrupted';
	});
	const text = '- {hosts: kvm1, tasks: [{evacuate: {to: kvm2, limits: {total: 1}}}]}';
	const {recap} = await run(text, {shell, signal: stop.signal});
	t.is(recap.exitCode, 130);
	same(t, recap.guests.map(({guest, where}) => `${guest} ${where}`).sort(), [
		'a running (booted) on kvm1',
		'b kvm1',
		'c kvm1',
	]);
});

test('failed_when, changed_when and ignore_errors have the last word', async t => {
	const {told, recap} = await run(`
- hosts: kvm1
  tasks:
    - command: {argv: [fail]}
      register: r
      failed_when: r.rc > 1
      changed_when: false
    - command: {argv: [say, oh]}
      register: r
      failed_when: "'oh' in r.stdout"
      ignore_errors: true
    - debug: goes on
`);
	same(t, told, ['play1.task1@kvm1 ok', 'play1.task2@kvm1 failed: failed_when is true', 'play1.task3@kvm1 ok']);
	t.is(recap.exitCode, 0);
});

test('a host that fails is left out of what follows; the others go on', async t => {
	const shell = new Echo();
	const {recap} = await run(
		`
- hosts: compute
  tasks:
    - command: {argv: ["{{ 'fail' if inventory_hostname == 'kvm2' else 'say' }}"]}
    - command: {argv: [second]}
- hosts: compute
  tasks:
    - command: {argv: [third]}
`,
		{shell},
	);
	t.is(recap.exitCode, 4);
	same(
		t,
		shell.ran.filter(line => line.startsWith('kvm2')),
		['kvm2: fail'],
	);
	same(
		t,
		shell.ran.filter(line => line.startsWith('kvm3')),
		['kvm3: say', 'kvm3: second', 'kvm3: third'],
	);
	same(t, recap.irreversible, ['command on kvm2: its effects are unknown; add `undo:` to the task']);
});

test('no more hosts work at a task at once than forks says', async t => {
	const shell = new Echo();
	await run('- {hosts: compute, tasks: [{command: {argv: [say]}}]}', {shell, forks: 2});
	t.is(shell.most, 2);
});

test('delegate_to lets another host do it, and the one that asked fails with it', async t => {
	const shell = new Echo();
	const {recap, told} = await run(
		`
- hosts: kvm1
  tasks:
    - command: {argv: [say, hi]}
      delegate_to: kvm3
    - command: {argv: [fail]}
      delegate_to: kvm3
    - command: {argv: [never]}
`,
		{shell},
	);
	same(t, shell.ran, ['kvm3: say hi', 'kvm3: fail']);
	t.is(told.length, 2);
	const line = 'command on kvm3: its effects are unknown; add `undo:` to the task';
	same(t, recap.irreversible, [line, line]);
});

test('what a host answers is data, never a template', async t => {
	const {said} = await run(`
- hosts: kvm1
  tasks:
    - command: {argv: [say, "{{ '{{' }} 1 + 1 {{ '}}' }}"]}
      register: r
    - debug: "{{ r.stdout }}"
    - debug: "got {{ r.stdout }}"
`);
	same(t, said, ['{{ 1 + 1 }}', 'got {{ 1 + 1 }}']);
});

test('an expression without a value fails its task before anything is done, with its place', async t => {
	const shell = new Echo();
	const {told, recap} = await run(
		`
- hosts: kvm1
  tasks:
    - command: {argv: [say, "{{ group_names[7] }}"]}
`,
		{shell},
	);
	same(t, shell.ran, []);
	t.regex(String(told[0]), /^play1\.task1@kvm1 failed: play\.yml:4:\d+: 'group_names\.7' is undefined/);
	t.is(recap.exitCode, 3);
});

test('a value of the wrong type is told when it is known', async t => {
	const {told, recap} = await run(
		'- {hosts: kvm1, vars: {n: many}, tasks: [{migrate: {guest: a, to: kvm2, bandwidth_mib: "{{ n }}"}}]}',
	);
	t.regex(String(told[0]), /expected an integer, got "many"/);
	t.is(recap.exitCode, 3);
});

test('an evacuation moves every running guest, keeps to its limits, and says who stays', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	const names = ['a', 'b', 'c', 'd'];
	for (const name of names) world.guest('kvm1', name);
	Object.assign(world.guest('kvm1', 'off'), {state: 'shut off'});
	const shell = new FakeShell(world);
	const {recap, events} = await run('- {hosts: kvm1, tasks: [{evacuate: {to: compute, limits: {per_source: 1}}}]}', {
		shell,
	});
	t.is(recap.exitCode, 0);
	same(
		t,
		recap.guests.filter(({outcome}) => outcome === 'changed').map(({guest}) => guest),
		names,
	);
	same(
		t,
		recap.guests.filter(({outcome}) => outcome === 'left').map(({guest, where}) => `${guest} ${where}`),
		['off kvm1'],
	);
	t.is(world.host('kvm2').domains.size, 2);
	t.is(world.host('kvm3').domains.size, 2);
	const limits = new Set(events.flatMap(event => (event.type === 'action-waiting' ? [event.limit] : [])));
	same(t, [...limits], ['per_source kvm1']);
});

test('one guest that cannot move does not stop the others', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	for (const name of ['a', 'b', 'c']) world.guest('kvm1', name);
	world.host('kvm2').files.set('/images/b-0.qcow2', {inode: 1, format: 'qcow2', virtualBytes: 1, data: 'foreign'});
	const {recap} = await run('- {hosts: kvm1, tasks: [{evacuate: {to: kvm2}}]}', {shell: new FakeShell(world)});
	t.is(recap.exitCode, 6, 'nothing was begun for it, and so nothing rolled back');
	same(t, recap.guests.map(({guest, outcome, where}) => `${guest} ${outcome} ${where}`).sort(), [
		'a changed kvm2',
		'b left kvm1',
		'c changed kvm2',
	]);
	t.is(world.host('kvm2').files.get('/images/b-0.qcow2')?.data, 'foreign');
});

test('a signal stops the run: nothing new begins, exit 130', async t => {
	const stop = new AbortController();
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	shell.run = async command => {
		stop.abort();
		return inner(command);
	};
	const {recap} = await run('- {hosts: kvm1, tasks: [{command: {argv: [one]}}, {command: {argv: [two]}}]}', {
		shell,
		signal: stop.signal,
	});
	t.is(recap.exitCode, 130);
	same(t, shell.ran, ['kvm1: one']);
});

test('the journal holds each intent before its effect, and each outcome', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'a');
	const {journal} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: a, to: kvm2}}]}', {
		shell: new FakeShell(world),
	});
	same(
		t,
		journal.records.map(({type}) => type),
		['run', 'started', 'succeeded', 'ended'],
	);
	t.like(journal.records[2], {receipt: {images: [{path: '/images/a-0.qcow2'}]}});
});

test('a bug in one action waits for what runs beside it', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	let ended = 0;
	shell.run = async command => {
		if (command.host === 'kvm1') throw new TypeError('a bug');
		const outcome = await inner(command);
		await new Promise(resolve => setTimeout(resolve, 20));
		ended += 1;
		return outcome;
	};
	const {told} = await run('- {hosts: compute, tasks: [{command: {argv: [say]}}]}', {shell});
	t.is(ended, 2);
	t.true(told.includes('play1.task1@kvm1 failed: a bug'));
});

test('a host that cannot be reached before anything was sent is a prerequisite, not a failure of work', async t => {
	const shell: Shell = {
		run: async ({host}) => {
			throw new UnreachableError(host, 'no answer');
		},
		close: async () => {},
	};
	const {recap, told} = await run('- {hosts: kvm1, tasks: [{command: {argv: [say]}}]}', {shell});
	t.is(recap.exitCode, 3);
	t.deepEqual(told, ['play1.task1@kvm1 unreachable: kvm1 cannot be reached: no answer']);
});
