import test from 'ava';
import {FakeShell} from '../fakes/fake-shell.ts';
import {done, run, same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';
import {answering, goes, hosts, playbook, stays, threeGuests} from './evacuations.ts';

const task = (host: string, step: string, params: object = {}) =>
	`- hosts: ${host}\n  tasks:\n    - ${step}: ${JSON.stringify(params)}\n`;
const alice = {owner: 'alice', reason: 'kernel update'};
const guestsOf = (world: FakeWorld, host: string) =>
	[...world.host(host).domains.values()].map(({name}) => name).sort();

test('a cordoned host is no destination, with who and why, until it is lifted', async t => {
	const world = threeGuests();
	const shell = new FakeShell(world);
	t.is((await run(task('kvm2', 'cordon', alice), {shell})).recap.exitCode, 0);
	const plan = await planOf(playbook({to: 'kvm2,kvm3'}), shell);
	same(t, goes(plan), ['a kvm1 kvm3', 'b kvm1 kvm3', 'c kvm1 kvm3']);
	const alone = await planOf(playbook({to: 'kvm2', guests: 'a'}), shell);
	same(t, stays(alone), ['a fails: no eligible destination: kvm2: the host is cordoned by alice: kernel update']);
	t.true(alone.left.some(({remedy}) => remedy.includes('vacate uncordon kvm2')));
	t.is((await run(task('kvm2', 'uncordon'), {shell})).recap.exitCode, 0);
	t.is(world.host('kvm2').cordon, undefined);
	same(t, goes(await planOf(playbook({to: 'kvm2', guests: 'a'}), shell)), ['a kvm1 kvm2']);
});

test('a cordon of another owner is an error; the same again is nothing to do; uncordon can name the owner', async t => {
	const world = threeGuests();
	const shell = new FakeShell(world);
	await run(task('kvm2', 'cordon', alice), {shell});
	same(t, done((await run(task('kvm2', 'cordon', alice), {shell})).told), ['play1.task1@kvm2 skipped']);
	const other = await run(task('kvm2', 'cordon', {owner: 'bob'}), {shell});
	t.regex(other.told.join('\n'), /kvm2 is already cordoned by alice: kernel update$/);
	const kept = await run(task('kvm2', 'uncordon', {owner: 'bob'}), {shell});
	t.regex(kept.told.join('\n'), /skipped: kvm2 is cordoned by alice, not by bob: kernel update$/);
	t.not(world.host('kvm2').cordon, undefined);
	same(t, done((await run(task('kvm3', 'uncordon'), {shell})).told), ['play1.task1@kvm3 skipped']);
});

test('one playbook cordons, evacuates, uncordons and brings the guests home, as its plan says', async t => {
	const world = threeGuests();
	const shell = new FakeShell(world);
	const text = `${task('kvm1', 'cordon')}    - evacuate: {to: compute}\n    - uncordon:\n    - return_home: {required: true}\n`;
	t.is(goes(await planOf(text, shell)).length, 6);
	const {recap, told} = await run(text, {shell});
	t.is(recap.exitCode, 0, told.join('\n'));
	same(t, guestsOf(world, 'kvm1'), ['a', 'b', 'c']);
	t.is(world.host('kvm1').cordon, undefined);
	const without = await run(text.replace('    - uncordon:\n', ''), {shell});
	t.not(without.recap.exitCode, 0);
	t.regex(without.told.join('\n') + JSON.stringify(without.events), /the host is cordoned by vacate: maintenance/);
	same(t, shell.broken, []);
});

test('what is rolled back passes the cordon of its own host, and nothing of that stays', async t => {
	const world = hosts();
	world.guest('kvm1', 'a');
	const shell = answering(world, ({host, argv}) =>
		host === 'kvm2' && argv.includes('start') ? {code: 1, stderr: 'error: no luck\n'} : undefined,
	);
	await run(task('kvm1', 'cordon'), {shell});
	const {recap, told} = await run(task('kvm1', 'migrate', {guest: 'a', to: 'kvm2', stop_and_start: {}}), {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	same(
		t,
		[...world.host('kvm1').domains.values()].map(({state}) => state),
		['running'],
	);
	t.is(world.passes.size, 0);
	same(t, shell.broken, []);
});

test('libvirt that does not call the hook is an error, and the hook is removed', async t => {
	const world = threeGuests();
	const shell = answering(world, ({argv}) => (argv.includes('create') && argv.includes('--paused') ? {} : undefined));
	const {recap, told} = await run(task('kvm2', 'cordon', alice), {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	t.regex(told.join('\n'), /libvirt on kvm2 does not call the hook .*vacate-cordon, so that the host is not cordoned/);
	t.is(world.host('kvm2').cordon, undefined);
});
