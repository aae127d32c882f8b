import test from 'ava';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';
import {answering, goes, hosts, playbook, stays, threeGuests} from './evacuations.ts';

const metadata: readonly {
	readonly what: string;
	readonly world?: () => FakeWorld;
	readonly params: object;
	readonly goes: readonly string[];
	readonly stays?: readonly string[];
}[] = [
	{
		what: 'guests by name, glob and label, and all but some',
		world() {
			const world = hosts();
			world.guest('kvm1', 'web1', {metadata: 'labels="web prod"'});
			world.guest('kvm1', 'web2', {metadata: 'labels="web"'});
			world.guest('kvm1', 'db1', {metadata: 'labels="prod"'});
			world.guest('kvm1', 'other');
			return world;
		},
		params: {guests: ['label:prod', 'web*', '!web2'], to: 'kvm2'},
		goes: ['db1 kvm1 kvm2', 'web1 kvm1 kvm2'],
	},
	{
		what: 'a guest whose policy is to stay, and one that its owners have told so',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a');
			world.guest('kvm1', 'b');
			world.guest('kvm1', 'c', {metadata: 'policy="leave"'});
			return world;
		},
		params: {to: 'kvm2', each: [{guests: 'b', policy: 'leave'}]},
		goes: ['a kvm1 kvm2'],
		stays: ['b stays: policy: leave', 'c stays: policy: leave'],
	},
	{
		what: 'a guest that nothing may begin beside',
		params: {to: 'kvm2', each: [{guests: 'b', policy: 'block'}]},
		goes: [],
		stays: [
			'a fails: no move starts while b (policy: block) is on the host',
			'b fails: policy: block; no move starts while this guest is on the host',
			'c fails: no move starts while b (policy: block) is on the host',
		],
	},
	{
		what: 'pins, hosts to avoid, and a later word on the same guest',
		params: {
			each: [
				{guests: 'all', pin: 'kvm2'},
				{guests: 'b', pin: 'kvm3'},
				{guests: 'c', pin: 'compute', avoid: 'kvm2'},
			],
		},
		goes: ['a kvm1 kvm2', 'b kvm1 kvm3', 'c kvm1 kvm3'],
	},
	{
		what: 'guests that must not meet, of which one finds no place',
		params: {apart: [{guests: ['a', 'b', 'c']}]},
		goes: ['a kvm1 kvm2', 'b kvm1 kvm3'],
		stays: [
			'c fails: no eligible destination: kvm2: rule apart: a, b, c keeps it apart from a guest on this host; kvm3: rule apart: a, b, c keeps it apart from a guest on this host',
		],
	},
	{
		what: 'guests that belong together by their own metadata',
		world() {
			const world = hosts();
			for (const name of ['a', 'b', 'c']) world.guest('kvm1', name, {metadata: 'together="app"'});
			world.guest('kvm1', 'd');
			return world;
		},
		params: {each: [{guests: 'a', pin: 'kvm3'}]},
		goes: ['a kvm1 kvm3', 'b kvm1 kvm3', 'c kvm1 kvm3', 'd kvm1 kvm2'],
	},
	{
		what: 'a guest without a place, when all or none shall go',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a');
			world.guest('kvm1', 'huge', {memoryKib: 2_000_000});
			return world;
		},
		params: {to: 'kvm2', unplaced: 'nobody_goes'},
		goes: [],
		stays: [
			'a fails: no guest moves, because these cannot be placed: huge',
			'huge fails: no eligible destination: kvm2: 2018 MiB of memory needed, 653 MiB free',
		],
	},
	{
		what: 'the more important guest, when there is room for one',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a', {memoryKib: 500_000});
			world.guest('kvm1', 'b', {memoryKib: 500_000, metadata: 'priority="10"'});
			return world;
		},
		params: {to: 'kvm2'},
		goes: ['b kvm1 kvm2'],
		stays: ['a fails: no eligible destination: kvm2: 553 MiB of memory needed, 181 MiB free'],
	},
	{
		what: 'room that is kept for the failure of one host',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a', {memoryKib: 400_000});
			world.guest('kvm1', 'b', {memoryKib: 400_000});
			return world;
		},
		params: {headroom: 'one_host'},
		goes: ['a kvm1 kvm2'],
		stays: [
			'b fails: no eligible destination: kvm2: 455 MiB of memory needed, 278 MiB free; kvm3: the remaining destinations could not take over the guests of a failed one',
		],
	},
	{
		what: 'who does not fit into the window',
		params: {
			to: 'kvm2',
			limits: {total: 1},
			window: '8 s',
			each: [{guests: 'c', priority: 1}],
			order: ['priority', 'name'],
		},
		goes: ['c kvm1 kvm2', 'b kvm1 kvm2'],
		stays: ['a stays: the move does not fit into the window of 8 s'],
	},
	{
		what: 'guests that are off, where they shall go too; only a guest whose own policy says so is stopped for it',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a', {state: 'shut off'});
			world.guest('kvm1', 'b', {metadata: 'policy="stop_and_start"'});
			world.guest('kvm1', 'c', {state: 'paused', metadata: 'policy="stop_and_start"'});
			return world;
		},
		params: {to: 'kvm2', migrate: {offline: true}},
		goes: ['a kvm1 kvm2', 'b kvm1 kvm2'],
		stays: ['c fails: not shut down for a move: the guest is paused, so that it cannot shut down'],
	},
	{
		what: 'disks that stand elsewhere at the destination',
		world() {
			const world = hosts();
			world.guest('kvm1', 'a');
			world.host('kvm2').files.set('/images/a-0.qcow2', {inode: 1, format: 'qcow2', virtualBytes: 1, data: 'foreign'});
			return world;
		},
		params: {to: 'kvm2', migrate: {storage_map: {'/images': '/data'}}},
		goes: ['a kvm1 kvm2'],
	},
	{
		what: 'a file in the place of a copy',
		world() {
			const world = hosts();
			for (const name of ['a', 'b']) world.guest('kvm1', name);
			world.host('kvm2').files.set('/images/a-0.qcow2', {inode: 1, format: 'qcow2', virtualBytes: 1, data: 'foreign'});
			return world;
		},
		params: {},
		goes: ['a kvm1 kvm3', 'b kvm1 kvm2'],
	},
];

for (const {what, world = threeGuests, params, goes: going, stays: staying = []} of metadata) {
	test(`who goes where: ${what}`, async t => {
		const plan = await planOf(playbook(params), new FakeShell(world()));
		same(t, goes(plan), going);
		same(t, stays(plan), staying);
		same(t, plan.problems, []);
	});
}

test('a destination that does not respond is none, and the plan says so', async t => {
	const shell = answering(threeGuests(), ({host}) =>
		host === 'kvm3' ? ({end: 'lost', reason: 'no route to host'} as never) : undefined,
	);
	const plan = await planOf(playbook({}), shell);
	same(t, goes(plan), ['a kvm1 kvm2', 'b kvm1 kvm2', 'c kvm1 kvm2']);
	const [part] = plan.choices[0]?.parts ?? [];
	t.is(part?.rejected?.[0]?.host, 'kvm3');
	t.regex(part?.rejected?.[0]?.reason ?? '', /no route to host/);
});

test('who could not come back is told, or keeps all where they are', async t => {
	/** kvm1 has an older QEMU than the others. */
	const old = () => {
		const shell = new FakeShell(threeGuests());
		const plain = shell.run.bind(shell);
		shell.run = async command => {
			const outcome = await plain(command);
			return command.host === 'kvm1'
				? {...outcome, stdout: outcome.stdout.replace('QEMU 7.2.22', 'QEMU 7.1.0')}
				: outcome;
		};
		return shell;
	};
	const told = await planOf(playbook({to: 'kvm2'}), old());
	t.is(goes(told).length, 3);
	t.deepEqual(
		told.choices[0]?.warnings.filter(({text}) => text.startsWith('could not move back')).map(({about}) => about),
		['a', 'b', 'c'],
	);
	const refused = await planOf(playbook({to: 'kvm2', round_trip: 'required'}), old());
	same(t, goes(refused), []);
	t.regex(
		stays(refused)[0] ?? '',
		/^a fails: no guest moves, because a could not move back: .*older version of libvirt or QEMU than kvm2/,
	);
});

test('a host that is not settled is not emptied, and preflight says all that stands against it', async t => {
	const world = threeGuests();
	Object.assign(world.guest('kvm1', 'new'), {state: 'paused', reason: 11});
	const plan = await planOf(playbook({to: 'kvm2'}), new FakeShell(world));
	same(t, goes(plan), []);
	t.regex(stays(plan)[0] ?? '', /^a fails: kvm1 is not ready: new is paused \(starting up\)$/);
	const {told, events} = await run('- {hosts: kvm1, tasks: [{preflight: {to: kvm2, not_known: warn}}]}', {
		shell: new FakeShell(world),
	});
	t.regex(told[0] ?? '', /failed: 1 blocker, 2 warnings$/);
	const [failure] = events.flatMap(event => (event.type === 'action-ended' ? [event.failure] : []));
	t.regex(failure?.remedies[0] ?? '', /^kvm1: new is paused \(starting up\): virsh domstate --reason new \(on kvm1\)$/);
	t.is(failure?.remedies.length, 3, 'every blocker and every warning has its line');
	const [result] = events.flatMap(event => (event.type === 'action-ended' ? [event.result] : []));
	const found = (result?.findings ?? []) as readonly {readonly outcome: string; readonly rule: string}[];
	t.true(
		found.some(({outcome, rule}) => outcome === 'unknown' && rule === 'path-speed'),
		'what is not known is said',
	);
});

test('a host that is being emptied is no destination of another', async t => {
	const world = threeGuests();
	world.guest('kvm2', 'd');
	const plan = await planOf(
		'- hosts: [kvm1, kvm2]\n  tasks:\n    - evacuate: {to: compute, order: name}\n',
		new FakeShell(world),
	);
	same(t, goes(plan).toSorted(), ['a kvm1 kvm3', 'b kvm1 kvm3', 'c kvm1 kvm3', 'd kvm2 kvm3']);
});

test('with `auto` the bandwidth is that of the link, divided among all that move at once', async t => {
	const plan = await planOf(
		playbook({to: 'kvm2', bandwidth: 'auto', limits: {storage_weight: 1}}),
		new FakeShell(threeGuests()),
	);
	for (const {commands} of plan.actions) t.regex(commands.map(one => one.run).join('\n'), / --bandwidth 47 /);
});

test('every guest that waits says which limit holds it, and another when that holds it', async t => {
	const world = threeGuests();
	world.guest('kvm1', 'd');
	const limits = {per_source: 3, per_destination: 1, total: 2, storage_weight: 1};
	const {events, recap} = await run(playbook({limits}), {shell: new FakeShell(world)});
	t.is(recap.exitCode, 0);
	const waits = events.flatMap(event =>
		event.type === 'action-waiting' ? [`${event.action.guest}: ${event.limit}`] : [],
	);
	t.deepEqual(waits.slice(0, 2), ['c: total', 'd: total'], 'two go, each to a host of its own');
	t.true(
		waits.every(wait => /^[cd]: (total|per_destination kvm[23])$/.test(wait)),
		waits.join('\n'),
	);
});

test('a host with one port for disks is sent one guest at a time, at that port, and back at the port of home', async t => {
	const world = hosts();
	for (const name of ['web1', 'web2']) world.guest('kvm1', name);
	const shell = new FakeShell(world);
	const limits = {storage_weight: 1, per_source: 4, per_destination: 4};
	const {told, events} = await run(playbook({to: 'kvm2', limits}), {shell, given: {migration_disks_port: 49300}});
	same(t, told, ['play1.task1@kvm1#web1 changed', 'play1.task1@kvm1#web2 changed']);
	const waited = events.flatMap(event => (event.type === 'action-waiting' ? [event.limit] : []));
	same(t, waited, ['per_destination kvm2']);
	const moves = shell
		.writes()
		.map(({argv}) => argv.join(' '))
		.filter(line => line.includes('--copy-storage-all'));
	t.is(moves.length, 2);
	t.true(
		moves.every(line => line.includes('--disks-port 49300')),
		moves.join('\n'),
	);
	same(t, shell.broken, []);
});

test('each guest that stays has its own reason, and for each reason the exact remedy', async t => {
	const world = threeGuests();
	world.guest('kvm1', 'idle', {state: 'shut off'});
	const a = [...world.host('kvm1').domains.values()].find(({name}) => name === 'a')?.uuid ?? '';
	world.put('kvm2', '/images/b-0.qcow2', {format: 'qcow2', virtualBytes: 1, data: 'of another'});
	const shell = new FakeShell(world);
	const plain = shell.run.bind(shell);
	shell.run = async command => {
		const outcome = await plain(command);
		return outcome.end === 'exited'
			? {...outcome, stdout: outcome.stdout.replace('Managed save:   no', 'Managed save:   yes')}
			: outcome;
	};
	const plan = await planOf(playbook({to: 'kvm2'}), shell);
	const told = plan.left.map(({guest, reason, remedy}) => `${guest}: ${reason}: ${remedy}`);
	same(t, told, [
		`a: the guest has a managed save image, which is not moved: virsh start ${a} (on kvm1)`,
		'b: no eligible destination: kvm2: vda: /images/b-0.qcow2 exists, and vacate never overwrites a file it did not create: qemu-img info -U /images/b-0.qcow2 (on kvm2)',
		'idle: the guest is shut off; only running guests are moved: to move it as well, set policy: live_or_cold',
	]);
	const {events} = await run(playbook({to: 'kvm2'}), {shell});
	const whole = events.flatMap(event =>
		event.type === 'action-ended' && event.failure?.code === 'prerequisite' ? [event.failure.message] : [],
	);
	t.regex(whole[0] ?? '', /^a: the guest has a managed save image, .*; b: no eligible destination/);
});

test('a host that may not log in to another is told how to, and the relay needs no login', async t => {
	const world = threeGuests();
	const denied = () =>
		answering(world, ({argv}) =>
			argv.some(word => word.startsWith('qemu+ssh://')) && argv.includes('hostname')
				? {code: 1, stderr: 'error: root@kvm2: Permission denied (publickey).'}
				: undefined,
		);
	const refused = await planOf(playbook({to: 'kvm2'}), denied());
	same(t, goes(refused), []);
	same(
		t,
		[...new Set(refused.left.map(({remedy}) => remedy))],
		['as root of kvm1: ssh-copy-id root@kvm2; or set migrate: {mode: relay}'],
	);
	const relayed = await planOf(playbook({to: 'kvm2', migrate: {mode: 'relay'}}), denied());
	same(t, goes(relayed), ['a kvm1 kvm2', 'b kvm1 kvm2', 'c kvm1 kvm2']);
});
