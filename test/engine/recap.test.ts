import test from 'ava';
import {exitCodes} from '../../src/errors.ts';
import {Decisions} from '../../src/plan/document/decisions.ts';
import {recapText} from '../../src/views/recap.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {inventory, markFor, planOf} from '../plan/planner.ts';

const evacuate = (params: object) =>
	`- hosts: kvm1\n  tasks:\n    - evacuate: ${JSON.stringify({to: 'kvm2', order: 'name', ...params})}\n`;

function guests(...names: readonly string[]): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of names) world.guest('kvm1', name);
	return world;
}

test('a guest that stays while all others move is no failure that was rolled back', async t => {
	const world = guests('a');
	world.guest('kvm1', 'huge', {memoryKib: 2_000_000});
	const {recap, journal} = await run(evacuate({}), {shell: new FakeShell(world)});
	t.is(recap.exitCode, exitCodes.incomplete);
	t.regex(recapText(recap, []), /1 of 2 guests moved/);
	t.regex(recapText(recap, []), /incomplete: some guests were not moved; nothing was rolled back/);
	const left = journal.records.flatMap(record => (record.type === 'left' ? [record] : []));
	same(
		t,
		left.map(({guest, host}) => `${guest} ${host}`),
		['huge kvm1'],
	);
	t.regex(left[0]?.reason ?? '', /2018 MiB of memory needed/);
});

test('a guest that came after the plan was made is named, and the host is not empty', async t => {
	const world = guests('a');
	const plan = await planOf(evacuate({}), new FakeShell(world));
	world.guest('kvm1', 'late');
	world.guest('kvm1', 'idle', {state: 'shut off'});
	const input = {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')};
	const {recap, events} = await run(evacuate({}), {shell: new FakeShell(world), input});
	const left = events.flatMap(event => (event.type === 'guest-left' ? [`${event.guest}: ${event.reason}`] : []));
	same(t, left, ['late: the guest is on kvm1 and not in the plan']);
	t.is(recap.exitCode, exitCodes.incomplete);
	same(
		t,
		recap.guests.map(({guest, where}) => `${guest} ${where}`),
		['late kvm1', 'a kvm2'],
	);
});

test('a rolling run counts the moves that were made, and each guest once', async t => {
	const world = guests('a', 'b');
	const text = `${evacuate({})}    - return_home: {}\n`;
	const {recap} = await run(text, {shell: new FakeShell(world)});
	t.is(recap.exitCode, exitCodes.done);
	t.is(recap.moves, 4);
	t.regex(recapText(recap, []), /4 moves of 2 guests/);
});

test('a guest that no host has is a mistake, with the nearest name; one that has moved already is none', async t => {
	const world = guests('web1', 'app1');
	const {recap, told, events} = await run(evacuate({guests: ['wbe1', 'app1']}), {shell: new FakeShell(world)});
	t.is(recap.exitCode, exitCodes.prerequisite);
	t.regex(told[0] ?? '', /no guest named wbe1 on kvm1, kvm2$/);
	const remedies = events.flatMap(event => (event.type === 'action-ended' ? (event.failure?.remedies ?? []) : []));
	same(t, remedies, ['did you mean web1?']);
	const again = guests('app1');
	again.guest('kvm2', 'web1');
	t.is((await run(evacuate({guests: ['web1', 'app1']}), {shell: new FakeShell(again)})).recap.exitCode, exitCodes.done);
});

test('guests that are off can come back as they went', async t => {
	const world = guests('a');
	world.guest('kvm1', 'idle', {state: 'shut off'});
	const plan = await planOf(evacuate({policy: 'live_or_cold', round_trip: 'required'}), new FakeShell(world));
	same(
		t,
		plan.actions.map(({guest}) => guest),
		['a', 'idle'],
	);
});

test('a paused guest moves without post-copy, which libvirt refuses for it', async t => {
	const world = guests('a');
	Object.assign(world.guest('kvm1', 'still'), {state: 'paused', reason: 1});
	const plan = await planOf(evacuate({migrate: {deadline: JSON.parse('{"then": "postcopy"}')}}), new FakeShell(world));
	const flags = plan.actions.map(
		({guest, commands}) => `${guest} ${commands.some(({run}) => run.includes('--postcopy'))}`,
	);
	same(t, flags, ['a true', 'still false']);
});
