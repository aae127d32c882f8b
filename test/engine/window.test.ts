import test from 'ava';
import type {Clock} from '../../src/engine/ports.ts';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {exitCodes, InputError} from '../../src/errors.ts';
import {Decisions} from '../../src/plan/document/decisions.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {worldOf} from '../fakes/rig.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';

const evacuate = (window: string) =>
	`- {hosts: kvm1, tasks: [{evacuate: {to: "compute:!kvm1", order: name, limits: {total: 1}, window: ${window}}}, {virsh_list: {}}]}`;

const night = evacuate('{not_before: "22:00", until: "04:00", zone: UTC}');

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['web1', 'web2', 'web3']) world.guest('kvm1', name);
	return world;
}

/** A clock on which each sleep takes its time, from a time of day on. */
function clockFrom(text: string): Clock {
	let now = Date.parse(text);
	return {
		now: () => now,
		async sleep(milliseconds) {
			now += milliseconds;
		},
	};
}

function at(text: string, shell: FakeShell) {
	return {...worldOf(shell), clock: clockFrom(text)};
}

test('no move begins that is not expected to end in the window; a resume in the next window moves the rest', async t => {
	const plan = await planOf(night, new FakeShell(newWorld()));
	// Each is expected to take a minute and a half.
	const actions = plan.actions.map(action =>
		action.expected === undefined ? action : {...action, expected: {...action.expected, seconds: 90}},
	);
	const decisions = new Decisions({...plan, actions}, 'plan.yml');
	const shell = new FakeShell(newWorld());
	const clock = clockFrom('2026-12-02T03:58:29Z');
	let isLate = false;
	const late: Clock = {...clock, now: () => clock.now() + (isLate ? 60_000 : 0)};
	const first = await run(night, {
		shell,
		input: {
			decisions,
			world: {...worldOf(shell), clock: late},
			emit: event => {
				if (event.type === 'action-ended') isLate = true;
			},
		},
	});
	t.is(first.recap.exitCode, exitCodes.incomplete);
	const left = first.journal.records.flatMap(record => (record.type === 'left' ? [record] : []));
	t.deepEqual(
		left.map(({guest, waits, reason}) => `${guest} ${waits} ${reason}`),
		['web2', 'web3'].map(guest => `${guest} window it is expected to take 90 s, and the window ends at 04:00`),
	);
	t.deepEqual(replayJournal(first.journal.records).waiting, ['web2', 'web3']);
	t.is(shell.world.host('kvm1').domains.size, 2, 'web1 has gone');

	const before = replayJournal(first.journal.records);
	const second = await run(night, {shell, input: {decisions, before, world: at('2026-12-02T22:10:00Z', shell)}});
	t.is(second.recap.exitCode, exitCodes.done);
	t.is(shell.world.host('kvm1').domains.size, 0);
	t.deepEqual(replayJournal([...first.journal.records, ...second.journal.records]).waiting, []);
});

test('before the window nothing begins, and nothing was changed', async t => {
	const shell = new FakeShell(newWorld());
	const {recap, events} = await run(night, {shell, input: {world: at('2026-12-01T21:00:00Z', shell)}});
	t.is(recap.exitCode, exitCodes.prerequisite);
	t.is(shell.world.host('kvm1').domains.size, 3);
	const told = events.find(({type}) => type === 'guest-left');
	t.like(told, {
		guest: 'web1',
		reason: 'it is not within the window from 22:00 to 04:00',
		remedy: 'continue in the next window: vacate resume test',
	});
});

test('a window of the policy holds for every task that moves guests', async t => {
	const shell = new FakeShell(newWorld());
	const text = '- {hosts: kvm1, tasks: [{evacuate: {to: "compute:!kvm1"}}]}';
	const {recap, journal} = await run(text, {shell, input: {whyNotNow: () => 'changes are frozen from 03:00'}});
	t.is(recap.exitCode, exitCodes.prerequisite);
	t.is(replayJournal(journal.records).waiting.length, 3);
});

test('a window of the policy holds for a plain move as well, and a resume in the next one begins it', async t => {
	const shell = new FakeShell(newWorld());
	const text = '- {hosts: kvm1, tasks: [{migrate: {guest: web1, to: kvm2}}, {virsh_list: {}}]}';
	const first = await run(text, {shell, input: {whyNotNow: () => 'changes are frozen from 03:00'}});
	t.is(first.recap.exitCode, exitCodes.prerequisite);
	t.deepEqual(replayJournal(first.journal.records).waiting, ['web1']);
	t.is(shell.world.host('kvm1').domains.size, 3);
	t.like(
		first.events.find(({type}) => type === 'guest-left'),
		{guest: 'web1', host: 'kvm1', reason: 'changes are frozen from 03:00'},
	);
	t.false(
		first.told.some(line => line.includes('task2')),
		'no later task is done',
	);

	const before = replayJournal(first.journal.records);
	const second = await run(text, {shell, input: {before, whyNotNow: () => undefined}});
	t.is(second.recap.exitCode, exitCodes.done, second.told.join('\n'));
	t.is(shell.world.host('kvm2').domains.size, 1);
	const records = [...first.journal.records, ...second.journal.records];
	const again = await run(text, {shell, input: {before: replayJournal(records), whyNotNow: () => 'closed'}});
	t.deepEqual(replayJournal([...records, ...again.journal.records]).waiting, []);
});

test('the plan tells the window and how long all moves take', async t => {
	const {choices} = await planOf(night, new FakeShell(newWorld()));
	const warning = choices.flatMap(({warnings}) => warnings).find(({about}) => about === 'window');
	t.regex(warning?.text ?? '', /^moves begin from 22:00 until 04:00 \(UTC\) only, .* all take \d+ min, an estimate$/);
});

test('a window that cannot be is refused with its place, before any host is reached', async t => {
	const error = await t.throwsAsync(run(evacuate('{until: "04:00"}')), {instanceOf: InputError});
	t.regex(error?.message ?? '', /a time of day requires `not_before`/);
});
