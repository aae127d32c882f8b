import test from 'ava';
import {awayFrom, homewardMoves} from '../../src/steps/evacuation/decision/guests-away.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import type {FakeDomain, FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';
import {answering, goes, hosts, playbook, threeGuests} from './evacuations.ts';

const roundTrip = playbook({}, '    - return_home: {}\n');

test('all go and come home, into the images that they have left', async t => {
	const world = threeGuests();
	const shell = new FakeShell(world);
	const home = world.snapshot() as {readonly kvm1: unknown};
	const {recap} = await run(roundTrip, {shell});
	t.is(recap.exitCode, 0);
	t.deepEqual((world.snapshot() as {readonly kvm1: unknown}).kvm1, home.kvm1);
	same(t, shell.broken, []);
});

test('a plan has the way home too, and is carried out as it stands', async t => {
	const {Decisions} = await import('../../src/plan/document/decisions.ts');
	const {inventory, markFor} = await import('../plan/planner.ts');
	const world = threeGuests();
	const plan = await planOf(roundTrip, new FakeShell(world));
	same(
		t,
		goes(plan)
			.slice(3)
			.map(way => way.split(' ')[2]),
		['kvm1', 'kvm1', 'kvm1'],
	);
	const input = {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')};
	const {recap, told} = await run(roundTrip, {shell: new FakeShell(world), input});
	t.is(recap.exitCode, 0, told.join('\n'));
	t.is(world.host('kvm1').domains.size, 3, told.join('\n'));
});

/** A shell whose migrations of a guest to kvm1 fail so often. */
function failingHome(world: FakeWorld, {uuid}: FakeDomain, times: number): FakeShell {
	let left = times;
	return answering(world, ({argv}) => {
		const text = argv.join(' ');
		const isHome = text.includes(' migrate ') && text.includes(uuid) && text.includes('@kvm1/');
		return isHome && left-- > 0 ? {code: 1, stderr: 'error: no luck\n'} : undefined;
	});
}

for (const [title, times, back] of [
	['who cannot come home at first is tried again while others come', 1, 3],
	['who cannot come home at all stays where it is, and that is a warning', 99, 2],
] as const) {
	test(title, async t => {
		const world = hosts();
		const guests = ['a', 'b', 'c'].map(name => world.guest('kvm1', name));
		const shell = failingHome(world, guests[1] as FakeDomain, times);
		const {recap, told} = await run(roundTrip, {shell});
		t.is(recap.exitCode, 0, told.join('\n'));
		t.is(world.host('kvm1').domains.size, back, told.join('\n'));
		same(t, shell.broken, []);
	});
}

test('a file at home that is not the one that was left is not written over', async t => {
	const world = threeGuests();
	const text = playbook({}, '    - pause: {seconds: 1}\n    - return_home: {}\n');
	const shell = answering(world, () => undefined);
	const plain = shell.run.bind(shell);
	let isNew = false;
	shell.run = async command => {
		const outcome = await plain(command);
		// The first has left, and nobody is there any more.
		if (world.host('kvm1').domains.size === 0 && !isNew) {
			isNew = true;
			world
				.host('kvm1')
				.files.set('/images/a-0.qcow2', {inode: 7, format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'new'});
		}
		return outcome;
	};
	const {recap, told} = await run(text, {shell});
	t.is(recap.exitCode, 0, told.join('\n'));
	t.is(world.host('kvm1').files.get('/images/a-0.qcow2')?.data, 'new');
	t.is(world.host('kvm1').domains.size, 2, 'the others came home');
});

test('home is where a run first took a guest from: who was only parked on a host does not come there', t => {
	const move = (uuid: string, from: string, to: string) => ({guest: `name of ${uuid}`, uuid, from, to});
	const moves = [
		move('1', 'kvm1', 'kvm2'),
		move('2', 'kvm2', 'kvm3'),
		// kvm2 is emptied in its turn while 1 is parked there.
		move('1', 'kvm2', 'kvm3'),
	];
	const away = (home: string) => awayFrom(home, moves).map(({guest, from}) => `${guest} from ${from}`);
	t.deepEqual(away('kvm1'), ['1 from kvm3']);
	t.deepEqual(away('kvm2'), ['2 from kvm3']);
	t.deepEqual(away('kvm3'), []);
});

test('what a guest left at home is known also when it has gone on from where it was parked', t => {
	const kept = [{path: '/images/1.qcow2', identity: '1:2:3', bytes: 4096}];
	const [away] = awayFrom('kvm1', [
		{guest: 'web1', uuid: '1', from: 'kvm1', to: 'kvm2', kept},
		{guest: 'web1', uuid: '1', from: 'kvm2', to: 'kvm3', kept: []},
	]);
	t.deepEqual(away, {guest: '1', name: 'web1', from: 'kvm3', kept: [{path: '/images/1.qcow2', identity: '1:2:3'}]});
});

test('host after host: at the end every guest is on its first host, and the same playbook does it again', async t => {
	const text = `
- hosts: kvm1:kvm2
  serial: 1
  tasks:
    - evacuate: {to: compute}
    - return_home: {required: true}
`;
	const world = hosts();
	const homes = {kvm1: ['a', 'b'], kvm2: ['c'], kvm3: ['d']};
	for (const [host, names] of Object.entries(homes)) for (const name of names) world.guest(host, name);
	const shell = new FakeShell(world);
	const whereabouts = () =>
		Object.fromEntries(
			[...world.hosts].map(([host, {domains}]) => [host, [...domains.values()].map(({name}) => name).sort()]),
		);
	for (let round = 1; round <= 3; round++) {
		const {recap, told} = await run(text, {shell});
		t.is(recap.exitCode, 0, told.join('\n'));
		t.deepEqual(whereabouts(), homes);
	}
	same(t, shell.broken, []);
	for (const {domains, files} of world.hosts.values()) {
		const used = new Set([...domains.values()].flatMap(({disks}) => disks.map(({path}) => path)));
		const left = [...files.keys()].filter(path => path.startsWith('/images/') && !used.has(path));
		const recorded = [...files.values()].flatMap(({data}) => /^path (.*)$/m.exec(data)?.[1] ?? []);
		same(t, left.sort(), recorded.sort());
	}
});

test('a return in a run that has moved nobody names the run that has', async t => {
	const world = threeGuests();
	const shell = new FakeShell(world);
	await run(playbook({}, ''), {shell});
	const plan = await planOf('- hosts: kvm1\n  tasks:\n    - return_home: {}\n', shell);
	const warnings = plan.choices.flatMap(choice => choice.warnings);
	t.is(warnings.length, 1);
	t.regex(
		warnings[0]?.text ?? '',
		/^return_home only brings back what its own run has moved; run \S+ has moved .* away$/,
	);
	t.regex(warnings[0]?.remedy ?? '', /^vacate return \S+$/);
});

test('a required return that fails stops a roll that says any_errors_fatal', async t => {
	const text = `
- hosts: kvm1:kvm2
  serial: 1
  any_errors_fatal: true
  tasks:
    - evacuate: {to: compute}
    - return_home: {required: true}
`;
	const world = hosts();
	const guests = ['a', 'b'].map(name => world.guest('kvm1', name));
	world.guest('kvm2', 'c');
	const shell = failingHome(world, guests[1] as FakeDomain, 99);
	const {recap, told} = await run(text, {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	t.true(
		[...world.host('kvm2').domains.values()].some(({name}) => name === 'c'),
		'kvm2 was not begun',
	);
	same(t, shell.broken, []);
});

test('the way home of a run leads to where each guest was first', t => {
	const move = (uuid: string, from: string, to: string) => ({guest: `name of ${uuid}`, uuid, from, to});
	const ways = homewardMoves([
		move('1', 'kvm1', 'kvm2'),
		move('2', 'kvm2', 'kvm3'),
		move('1', 'kvm2', 'kvm3'),
		move('3', 'kvm1', 'kvm2'),
		move('3', 'kvm2', 'kvm1'),
	]);
	t.deepEqual(
		[...ways].map(([home, away]) => `${home}: ${away.map(({guest, from}) => `${guest} from ${from}`)}`),
		['kvm1: 1 from kvm3', 'kvm2: 2 from kvm3'],
	);
});
