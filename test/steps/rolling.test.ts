import {readFileSync} from 'node:fs';
import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {Decisions} from '../../src/plan/document/decisions.ts';
import {Controller} from '../fakes/controller.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {inventory, markFor, planOf} from '../plan/planner.ts';
import {answering, hosts} from './evacuations.ts';

const textOf = (name: string) => readFileSync(new URL(`../../../playbooks/${name}.yml`, import.meta.url), 'utf8');
const given = {patch: 'true'};

function threeHosts(): FakeWorld {
	const world = hosts();
	for (const [host, guest] of [
		['kvm1', 'a'],
		['kvm1', 'b'],
		['kvm2', 'c'],
		['kvm3', 'd'],
	] as const) {
		world.guest(host, guest);
	}
	return world;
}

const homes = (world: FakeWorld) =>
	[...world.hosts].flatMap(([host, {domains}]) => [...domains.values()].map(({name}) => `${name} ${host}`)).sort();
const cordons = (world: FakeWorld) => [...world.hosts.values()].filter(({cordon}) => cordon !== undefined).length;

test('rolling-patch takes each host in turn: all guests are home afterwards, every host was rebooted, none is cordoned', async t => {
	const world = threeHosts();
	const shell = new FakeShell(world);
	const before = homes(world);
	const {recap, told} = await run(textOf('rolling-patch'), {shell, given});
	t.is(recap.exitCode, 0, told.join('\n'));
	same(t, homes(world), before);
	same(
		t,
		[...world.hosts.values()].map(({boots}) => boots),
		[2, 2, 2],
	);
	t.is(cordons(world), 0);
	same(t, shell.broken, []);
});

test('rolling-patch stops at the first failure: no other host is touched', async t => {
	const world = threeHosts();
	const shell = answering(world, ({host, argv}) =>
		host === 'kvm2' && argv.join(' ') === '/bin/sh -c true' ? {code: 100, stderr: 'no space left\n'} : undefined,
	);
	const {recap} = await run(textOf('rolling-patch'), {shell, given});
	t.not(recap.exitCode, 0);
	same(
		t,
		[...world.hosts.values()].map(({boots}) => boots),
		[2, 1, 1],
	);
	t.is(world.host('kvm3').cordon, undefined);
	same(t, shell.broken, []);
});

test('rolling-patch checks all hosts before the first one is touched', async t => {
	const world = threeHosts();
	const [guest] = [...world.host('kvm3').domains.values()];
	for (const host of ['kvm1', 'kvm2'])
		world
			.host(host)
			.files.set(`/images/${guest?.name}-0.qcow2`, {inode: 1, format: 'qcow2', virtualBytes: 1, data: 'foreign'});
	const shell = new FakeShell(world);
	const {recap, told} = await run(textOf('rolling-patch'), {shell, given});
	t.not(recap.exitCode, 0);
	t.regex(told.join('\n'), /kvm3 failed: .*blocker/);
	same(t, shell.writes(), []);
});

test('rolling-upgrade runs the reinstallation on this machine, and its plan has the way home', async t => {
	const world = threeHosts();
	const plan = await planOf(textOf('rolling-upgrade'), new FakeShell(world));
	const moves = plan.actions.filter(({guest}) => guest !== undefined);
	t.is(moves.length, 8);
	t.regex(JSON.stringify(plan), /reinstall-host kvm2/);
});

test('rolling-patch, killed on its way and resumed, has everybody home; only of a reboot an operator says what became of it', async t => {
	const text = textOf('rolling-patch')
		.replaceAll('rolling_hosts: compute', 'rolling_hosts: kvm1')
		.replace(/patch: apt.*/, 'patch: "true"');
	const plan = await planOf(text, new FakeShell(threeHosts()));
	const input = () => ({inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')});
	for (let nth = 40; ; nth += 23) {
		const world = threeHosts();
		const before = homes(world);
		const shell = new FakeShell(world);
		const first = new Controller({nth, when: 'after'});
		const running = run(text, {shell: first.shell(shell), input: {...input(), journal: first.journal}});
		if ((await Promise.race([running, first.died])) !== undefined) break;
		const last = JSON.stringify(first.records.at(-1));
		const second = new Controller();
		const replay = replayJournal(first.records);
		const rest = {...input(), journal: second.journal, before: replay};
		const {recap, told} = await run(text, {shell: second.shell(shell), input: rest});
		same(t, shell.broken, []);
		if (recap.exitCode === 5) t.regex(told.join('\n'), /reboot on kvm1 was started, and its outcome is unknown/, last);
		else {
			t.is(recap.exitCode, 0, `${last}\n${told.join('\n')}`);
			same(t, homes(world), before);
			t.is(cordons(world), 0);
		}
	}
});
