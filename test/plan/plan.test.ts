import test from 'ava';
import {Decisions} from '../../src/plan/document/decisions.ts';
import {peersOf} from '../../src/plan/peers.ts';
import {risksOf} from '../../src/views/plan/rows.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {inventory, planOf} from './planner.ts';
import {apply, evacuate, guestOf, threeGuests} from './plans.ts';

test('the whole plan is there before the first move, and nothing is written to make it', async t => {
	const shell = new FakeShell(threeGuests());
	const plan = await planOf(evacuate, shell);
	same(t, shell.writes(), []);
	same(
		t,
		plan.actions.map(({id, title}) => `${id} ${title}`),
		['play1.task1@kvm1#db1 db1 to kvm3', 'play1.task1@kvm1#idle idle to kvm2', 'play1.task1@kvm1#web1 web1 to kvm2'],
	);
	const [db1] = plan.actions;
	same(
		t,
		(db1?.commands ?? []).map(
			({on, run}) =>
				`${on}: ${run
					.split(' ')
					.slice(0, 3)
					.join(' ')
					.replace(/(of=).*/, '$1MARK')}`,
		),
		[
			"kvm1: sh -c 'umask",
			"kvm3: dd 'if=/dev/null' 'of=MARK",
			'kvm3: qemu-img create -q',
			"kvm3: sh -c '[",
			"kvm3: dd 'if=/dev/null' 'of=MARK",
			'kvm3: qemu-img create -q',
			"kvm3: sh -c '[",
			'kvm1: virsh --quiet --connect',
			"kvm1: sh -c 'umask",
			"kvm1: sh -c 'umask",
			'kvm3: rm --force --',
			'kvm3: rm --force --',
		],
	);
	same(
		t,
		plan.hosts.map(({host, before, after}) => `${host} ${before.guests} > ${after.guests}`),
		['kvm1 db1,idle,web1 > ', 'kvm2  > idle,web1', 'kvm3  > db1'],
	);
});

test('the same world gives the same plan, byte for byte', async t => {
	const world = threeGuests();
	const [one, other] = await Promise.all([
		planOf(evacuate, new FakeShell(world)),
		planOf(evacuate, new FakeShell(world)),
	]);
	t.is(JSON.stringify(one), JSON.stringify(other));
});

test('a plan that is applied runs exactly the commands that it shows', async t => {
	const world = threeGuests();
	const plan = await planOf(evacuate, new FakeShell(world));
	const shell = new FakeShell(world);
	const {recap} = await apply(plan, evacuate, shell);
	t.is(recap.exitCode, 0);
	const {quoteArgv} = await import('../../src/shell/quote.ts');
	const ran = shell.writes().map(({host, argv}) => `${host}: ${quoteArgv(argv)}`);
	const shown = plan.actions.flatMap(({commands}) => commands.map(({on, run}) => `${on}: ${run}`));
	same(t, ran.toSorted(), shown.toSorted());
	same(t, shell.broken, []);
});

const drifts: readonly {readonly what: string; readonly change: (world: FakeWorld) => void; readonly says: RegExp}[] = [
	{
		what: 'has been given memory',
		change(world) {
			guestOf(world, 'web1').memoryKib = 32768;
		},
		says: /web1 has changed since the plan was made: memory: 32 MiB \(planned: 16 MiB\)/,
	},
	{
		what: 'has been stopped',
		change(world) {
			guestOf(world, 'web1').state = 'shut off';
		},
		says: /web1 is shut off on kvm1; only a running guest can be moved live/,
	},
	{
		what: 'has been moved by hand',
		change(world) {
			const guest = guestOf(world, 'web1');
			world.host('kvm1').domains.delete(guest.uuid);
			world.host('kvm3').domains.set(guest.uuid, guest);
			world.host('kvm3').files.set('/images/web1-0.qcow2', {
				inode: 7,
				format: 'qcow2',
				virtualBytes: 64 * 1024 * 1024,
				data: 'web1 data',
			});
		},
		says: /kvm1 has no guest /,
	},
	{
		what: 'has been given a disk',
		change(world) {
			const guest = guestOf(world, 'web1');
			guest.disks = [...guest.disks, {target: 'vdx', path: '/images/new.raw', format: 'raw'}];
			world.host('kvm1').files.set('/images/new.raw', {inode: 8, format: 'raw', virtualBytes: 4096, data: 'web1 data'});
		},
		says: /web1 has changed since the plan was made: .*disks: vda, vdx \(planned: vda\)/,
	},
];

for (const {what, change, says} of drifts) {
	test(`a guest that ${what} since the plan stays, and the others go`, async t => {
		const world = threeGuests();
		const plan = await planOf(evacuate, new FakeShell(world));
		change(world);
		const again = await planOf(evacuate, new FakeShell(world), new Decisions(plan, 'plan.yml'));
		same(
			t,
			again.problems.map(({id}) => id),
			['play1.task1@kvm1#web1'],
		);
		t.regex(again.problems[0]?.message ?? '', says, 'seen before the start');
		const shell = new FakeShell(world);
		const {told} = await apply(plan, evacuate, shell);
		const drifted = told.filter(line => line.startsWith('play1.task1@kvm1#web1'));
		t.is(drifted.length, 1);
		t.regex(drifted[0] ?? '', says, 'and before the guest');
		t.true(
			told.some(line => line.startsWith('play1.task1@kvm1#db1 changed')),
			told.join('\n'),
		);
		t.true(told.some(line => line.startsWith('play1.task1@kvm1#idle changed')));
		t.false(shell.writes().some(({argv}) => argv.join(' ').includes('web1-0')));
	});
}

test('a guest is not sent to a destination that has been filled', async t => {
	const world = threeGuests();
	guestOf(world, 'db1').memoryKib = 600_000;
	const plan = await planOf(evacuate, new FakeShell(world));
	const shell = new FakeShell(world);
	const to = plan.actions.find(({guest}) => guest === 'db1')?.to ?? '';
	const plain = shell.run.bind(shell);
	shell.run = async command => {
		const outcome = await plain(command);
		const filled = command.host === to && command.argv.includes('nodememstats');
		return filled ? {...outcome, stdout: outcome.stdout.replace('800000', '100000')} : outcome;
	};
	const {told} = await apply(plan, evacuate, shell);
	t.true(
		told.some(line => line.endsWith(`db1 failed: db1 requires 650 MiB on ${to}, which has 98 MiB available`)),
		told.join('\n'),
	);
	t.true(told.some(line => line.startsWith('play1.task1@kvm1#web1 changed')));
});

test('a guest that is shut off needs no memory at its destination', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'old', {memoryKib: 600_000, state: 'shut off'});
	const text = '- hosts: kvm1\n  tasks:\n    - migrate: {guest: old, to: kvm2, offline: true}\n';
	const plan = await planOf(text, new FakeShell(world));
	const shell = new FakeShell(world);
	const plain = shell.run.bind(shell);
	shell.run = async command => {
		const outcome = await plain(command);
		const filled = command.host === 'kvm2' && command.argv.includes('nodememstats');
		return filled ? {...outcome, stdout: outcome.stdout.replace('800000', '100000')} : outcome;
	};
	const {told} = await apply(plan, text, shell);
	t.true(
		told.some(line => line.startsWith('play1.task1@kvm1 changed')),
		told.join('\n'),
	);
	t.is(plan.actions[0]?.expected?.pause_ms, 0);
});

type Late = {
	readonly what: string;
	readonly task: string;
	readonly says: string;
	readonly pauseMs: number;
};

const late: readonly Late[] = [
	{
		what: 'the disks of an evacuation',
		task: 'evacuate: {to: kvm2, bandwidth: 1 MiB/s, migrate: {deadline: {per_gib: 1 s, at_least: 5 s}}}',
		says: 'web1: copying its disks is expected to reach the deadline of 5.0 s, and the move is then aborted',
		pauseMs: 0,
	},
	{
		what: 'the disks of a single move',
		task: 'migrate: {guest: web1, to: kvm2, bandwidth_mib: 1, deadline: {per_gib: 1 s, at_least: 5 s}}',
		says: 'web1: copying its disks is expected to reach the deadline of 5.0 s, and the move is then aborted',
		pauseMs: 0,
	},
	{
		what: 'the memory, which is then suspended',
		task: 'migrate: {guest: web1, to: kvm2, bandwidth_mib: 1, deadline: {per_gib: 1 s, at_least: 50 s, then: suspend}}',
		says: 'web1: copying its memory is expected to reach the deadline of 50.0 s, and the guest is then suspended until its memory has been sent',
		pauseMs: 16_710,
	},
	{
		what: 'the memory, which is then sent by post-copy',
		task: 'evacuate: {to: kvm2, bandwidth: 1 MiB/s, migrate: {max_downtime: 20 ms, deadline: {per_gib: 1 s, at_least: 50 s, then: postcopy}}}',
		says: 'web1: copying its memory is expected to reach the deadline of 50.0 s, and the move then switches to post-copy',
		pauseMs: 20,
	},
];

for (const {what, task, says, pauseMs} of late) {
	test(`a plan warns of a guest that is not expected to arrive in the time that the playbook yields it: ${what}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		world.guest('kvm1', 'web1', {memoryKib: 60 * 1024});
		const image = world.host('kvm1').files.get('/images/web1-0.qcow2');
		const dataBytes = (what.startsWith('the disks') ? 30 : 1) * 1024 * 1024;
		if (image !== undefined) world.host('kvm1').files.set('/images/web1-0.qcow2', {...image, dataBytes});
		const plan = await planOf(`- hosts: kvm1\n  tasks:\n    - ${task}\n`, new FakeShell(world));
		same(t, risksOf(plan), [says]);
		t.is(plan.actions[0]?.expected?.pause_ms, pauseMs);
	});
}

test('what a reviewer takes out is not done, and says why', async t => {
	const world = threeGuests();
	const plan = await planOf(evacuate, new FakeShell(world));
	const actions = plan.actions.map(action => (action.guest === 'db1' ? {...action, skip: 'month end'} : action));
	const {told, recap} = await apply({...plan, actions}, evacuate, new FakeShell(world));
	t.true(told.includes('play1.task1@kvm1#db1 skipped: skipped in the plan: month end'), told.join('\n'));
	t.is(recap.exitCode, 0);
	t.is(guestOf(world, 'db1').state, 'running');
});

test('what is not in the plan is not done', async t => {
	const world = threeGuests();
	const text = '- hosts: kvm1\n  tasks:\n    - command: {argv: ["true"]}\n    - reboot:\n      when: false\n';
	const plan = await planOf(text, new FakeShell(world));
	const {told} = await apply({...plan, actions: []}, text, new FakeShell(world));
	t.regex(told[0] ?? '', /failed: command is not in the plan: conditions have changed since it was made/);
});

test('a second host is planned in the world that the first leaves', async t => {
	const world = threeGuests();
	world.guest('kvm2', 'web2');
	const to = "{{ 'kvm2' if inventory_hostname == 'kvm1' else 'kvm3' }}";
	const text = `- hosts: [kvm1, kvm2]\n  serial: 1\n  tasks:\n    - evacuate: {to: "${to}", order: name}\n    - reboot:\n`;
	const plan = await planOf(text, new FakeShell(world));
	same(
		t,
		plan.actions.map(({host, title}) => `${host}: ${title}`),
		[
			...['kvm1: db1 to kvm2', 'kvm1: idle to kvm2', 'kvm1: web1 to kvm2', 'kvm1: reboot'],
			...['kvm2: db1 to kvm3', 'kvm2: idle to kvm3', 'kvm2: web1 to kvm3', 'kvm2: web2 to kvm3', 'kvm2: reboot'],
		],
	);
	same(t, plan.problems, []);
	const starts = plan.actions.flatMap(({expected}) => expected?.starts_after_seconds ?? []);
	same(
		t,
		starts,
		starts.toSorted((a, b) => a - b),
	);
});

test('what depends on the result of a write is decided while it runs, and the plan says so', async t => {
	const text = `- hosts: kvm1
  tasks:
    - {name: look, virsh_list: {}, register: before}
    - {name: as many as there are, command: {argv: [echo, "n={{ before.active | length }}"]}}
    - {name: write, command: {argv: ["true"]}, register: wrote}
    - {name: only if, command: {argv: ["true"]}, when: wrote.rc == 0}
    - {name: its words, command: {argv: [echo, "{{ wrote.stdout }}"]}}
    - {name: look again, virsh_list: {}, register: after}
    - {name: all gone, assert: {that: ["after.active | length == 0"]}}
    - block:
        - {name: in the block, command: {argv: ["true"]}}
      rescue:
        - {name: to the rescue, command: {argv: ["true"]}}
`;
	const plan = await planOf(text, new FakeShell(threeGuests()));
	same(
		t,
		plan.actions.map(({title}) => title),
		['as many as there are', 'write', 'look again', 'in the block'],
	);
	t.is(plan.actions[0]?.commands[0]?.run, "echo 'n=3'");
	same(
		t,
		plan.decided_at_run_time.map(({name, reason}) => `${name}: ${reason}`),
		[
			'only if: depends on the result of wrote',
			'its words: depends on the result of wrote',
			'all gone: depends on the result of after',
			'to the rescue: runs only if an earlier task fails',
		],
	);
});

test('a guest without a place is listed, and what cannot be done is a problem', async t => {
	const world = threeGuests();
	guestOf(world, 'db1').memoryKib = 900_000;
	const text = `- hosts: [kvm2, kvm3]\n  tasks:\n    - {migrate: {guest: nobody, to: kvm3}, when: inventory_hostname == 'kvm2'}\n${evacuate}`;
	const plan = await planOf(text, new FakeShell(world));
	same(
		t,
		plan.left.map(({guest, fails}) => `${guest} ${fails}`),
		['db1 true'],
	);
	same(
		t,
		plan.problems.map(({message}) => message),
		['kvm2 has no guest nobody'],
	);
	same(
		t,
		plan.actions.map(({guest}) => guest),
		['idle', 'web1'],
	);
});

test('a task that hides what it does is in the plan without it', async t => {
	const text = '- hosts: kvm1\n  tasks:\n    - {command: {argv: [echo, hunter2]}, no_log: true}\n';
	const world = threeGuests();
	const plan = await planOf(text, new FakeShell(world));
	t.notRegex(JSON.stringify(plan), /hunter2/);
	t.is(plan.actions.length, 1);
});

test('who waits for something, or is rescued, is not called a problem', async t => {
	const text = `- hosts: kvm1
  tasks:
    - {name: until empty, virsh_list: {}, register: there, until: there.active | length == 0, retries: 5, delay: 1 s}
    - block:
        - {name: try it, migrate: {guest: nobody, to: kvm2}}
      rescue:
        - {name: else, command: {argv: ["true"]}}
`;
	const plan = await planOf(text, new FakeShell(threeGuests()));
	same(t, plan.problems, []);
	same(
		t,
		plan.decided_at_run_time.map(({name, reason}) => `${name}: ${reason}`),
		[
			'until empty: depends on the condition that is waited for',
			'nobody to kvm2: it would currently fail and be rescued: kvm1 has no guest nobody',
			'else: runs only if an earlier task fails',
		],
	);
});

test('what earlier tasks make of a guest or a file is planned with; what they unsettle is left open', async t => {
	const text = `- hosts: kvm1
  tasks:
    - {name: one text, copy: {dest: /etc/motd, content: one}}
    - {name: another text, copy: {dest: /etc/motd, content: two}}
    - {name: a pause, virsh_migrate_setmaxdowntime: {guest: web1, downtime: 500 ms}}
    - {name: a longer pause, virsh_migrate_setmaxdowntime: {guest: web1, downtime: 700 ms}}
    - {name: a cache, virsh_migrate_compcache: {guest: web1, size: 128 MiB}}
    - {name: another cache, virsh_migrate_compcache: {guest: web1, size: 256 MiB}}
    - {name: with its host, virsh_autostart: web1}
    - {name: stand still, virsh_suspend: web1}
    - {name: move, migrate: {guest: web1, to: kvm2, max_downtime: [100 ms]}}
    - {name: off, virsh_destroy: idle}
    - {name: on, virsh_start: idle}
    - {name: move the other, migrate: {guest: idle, to: kvm3}}
`;
	const world = threeGuests();
	const plan = await planOf(text, new FakeShell(world));
	same(
		t,
		plan.decided_at_run_time.map(({name, reason}) => `${name}: ${reason}`),
		['on: depends on earlier tasks (currently: idle is already running)', 'move the other: depends on earlier tasks'],
	);
	t.is(plan.actions.length, 10);
	const {recap, told} = await apply(plan, text, new FakeShell(world));
	t.is(recap.exitCode, 0, told.join('\n'));
	t.like(guestOf(world, 'web1', 'kvm2'), {state: 'paused', autostart: true});
	t.is(guestOf(world, 'idle', 'kvm3').state, 'running');
});

const ports = [
	['no port', {}, 'qemu+ssh://root@192.0.2.12/system?no_tty=1'],
	['ansible_port', {ansible_port: 2222}, 'qemu+ssh://root@192.0.2.12:2222/system?no_tty=1'],
	['ansible_port, as a string', {ansible_port: '2222'}, 'qemu+ssh://root@192.0.2.12:2222/system?no_tty=1'],
	['ansible_ssh_port', {ansible_ssh_port: 2222}, 'qemu+ssh://root@192.0.2.12:2222/system?no_tty=1'],
	['the usual one', {ansible_port: 22}, 'qemu+ssh://root@192.0.2.12/system?no_tty=1'],
	[
		'another for migrations',
		{ansible_port: 2222, migration_ssh_port: 22},
		'qemu+ssh://root@192.0.2.12/system?no_tty=1',
	],
	[
		'an IPv6 address',
		{ansible_port: 2222, migration_host: 'fd00::12'},
		'qemu+ssh://root@[fd00::12]:2222/system?no_tty=1',
	],
] as const;

for (const [title, vars, uri] of ports) {
	test(`the libvirt URI of a destination: ${title}`, t => {
		t.is(peersOf(inventory, {ansible_host: '192.0.2.12', ...vars})('kvm2')?.uri, uri);
	});
}
