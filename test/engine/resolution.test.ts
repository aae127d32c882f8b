import test from 'ava';
import type {Resolution} from '../../src/engine/ports.ts';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../../src/engine/recovery/resume.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {steps} from '../../src/steps/index.ts';
import {Controller} from '../fakes/controller.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

/** A host whose `upgrade` counts how often it was done, and whose other commands are those of fake hosts. */
class Upgrades implements Shell {
	done = 0;
	readonly world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	readonly #hosts = new FakeShell(this.world);

	async run(command: Command): Promise<Outcome> {
		const ended = (code: number): Outcome => ({end: 'exited', code, stdout: '', stderr: '', durationMs: 1});
		const [program] = command.argv;
		if (program === 'upgraded') return ended(this.done > 0 ? 0 : 1);
		if (program === 'downgrade') return ended(1);
		if (program !== 'upgrade') return this.#hosts.run(command);
		this.done += 1;
		this.world.put('kvm1', '/done', {format: 'raw', virtualBytes: 1, data: ''});
		return ended(0);
	}

	async close(): Promise<void> {}
}

const playbook = (task: string) => `- hosts: kvm1\n  tasks:\n    - ${task}\n    - debug: {msg: after}\n`;
const id = 'play1.task1@kvm1';

/** A run that dies right before or right after its `upgrade` is sent, which is its first act after the record. */
async function died(text: string, when: 'before' | 'after') {
	const shell = new Upgrades();
	for (let nth = 1; ; nth++) {
		const first = new Controller({nth, when});
		const running = run(text, {shell: first.shell(shell), input: {journal: first.journal}});
		await Promise.race([running, first.died]);
		const {records} = first;
		const began = records.at(-1)?.type === 'started';
		if (began && (when === 'before' || shell.done > 0)) return {shell, records};
		if (nth > 20) throw new Error('it never began');
	}
}

async function resumed(text: string, when: 'before' | 'after', resolutions: readonly Resolution[] = []) {
	const {shell, records} = await died(text, when);
	const origin = {operator: 'root', controller: 'ctl', at: '2026-11-30T18:00:00Z', reason: 'asked the host'};
	const ended = await run(text, {shell, input: {before: replayJournal(records), resolutions, origin}});
	const all = [...records, ...ended.journal.records];
	return {...ended, shell, replay: replayJournal(all), open: unfinishedActions(replayJournal(all), steps)};
}

for (const when of ['before', 'after'] as const) {
	test(`a command whose end nobody saw (killed ${when} it) stops the run, and the exact commands are told`, async t => {
		const {recap, events, shell, open} = await resumed(playbook('command: upgrade'), when);
		t.is(recap.exitCode, 5);
		t.is(shell.done, when === 'after' ? 1 : 0);
		t.deepEqual(
			open.map(({account}) => account.id),
			[id],
		);
		const remedies = events.flatMap(event => (event.type === 'action-ended' ? (event.failure?.remedies ?? []) : []));
		t.deepEqual(remedies, [
			'check on kvm1 what it has done, then run one of these:',
			`it was done: vacate resume test --done ${id}`,
			`do it again: vacate resume test --again ${id}`,
			`leave it: vacate resume test --skip ${id} --reason 'why'`,
		]);
	});

	const ways = [
		{as: 'done', more: 0, phase: 'succeeded', told: `${id} changed`},
		{as: 'again', more: 1, phase: 'succeeded', told: `${id} changed`},
		{as: 'skip', more: 0, phase: 'skipped', told: `${id} skipped: left as it is, as root said: asked the host`},
	] as const;
	for (const {as, more, phase, told: expected} of ways) {
		test(`killed ${when} a command, a person says ${as}: the run ends, and the journal says who and why`, async t => {
			const {recap, told, shell, replay, open} = await resumed(playbook('command: upgrade'), when, [{id, as}]);
			t.is(recap.exitCode, 0);
			t.is(shell.done, (when === 'after' ? 1 : 0) + more);
			t.true(told.includes(expected), told.join('\n'));
			t.true(told.includes('play1.task2@kvm1 ok'));
			t.deepEqual(open, []);
			const [account] = replay.actions;
			t.is(account?.phase, phase);
			t.is(account?.resolution?.as, as);
			t.is(account?.resolution?.origin?.reason, 'asked the host');
			t.is(replay.exitCode, 0);
		});
	}

	const known = [
		['creates: the file', 'command: {cmd: upgrade, creates: /done}'],
		['check: a parameter', 'command: {cmd: upgrade, check: upgraded now}'],
		['check: beside the step', 'command: upgrade\n      check: [upgraded]'],
		['check and undo', 'command: upgrade\n      check: upgraded\n      undo: "true"'],
	] as const;
	for (const [title, task] of known) {
		test(`killed ${when} a command, ${title} resolves it without a person: it is done once`, async t => {
			const {recap, shell, open} = await resumed(playbook(task), when);
			t.is(recap.exitCode, 0);
			t.is(shell.done, 1);
			t.deepEqual(open, []);
		});
	}

	test(`killed ${when} a command with until, it is repeated without a person`, async t => {
		const task = 'command: upgrade\n      register: upgraded\n      until: upgraded.rc == 0';
		const {recap, told, shell} = await resumed(playbook(task), when);
		t.is(recap.exitCode, 0);
		t.is(shell.done, when === 'after' ? 2 : 1);
		const why = 'its end is unknown, and it is done again: its task repeats it until its condition is true';
		t.true(told.includes(`${id} skipped: ${why}`), told.join('\n'));
	});
}

test('what a person says is done stands, whatever failed_when would say of an output that nobody saw', async t => {
	const task = 'command: upgrade\n      register: upgraded\n      failed_when: upgraded.stdout != "all good"';
	const {recap} = await resumed(playbook(task), 'after', [{id, as: 'done'}]);
	t.is(recap.exitCode, 0);
});

test('a command whose undo always fails is no dead end: a person says what became of it', async t => {
	const task = 'command: upgrade\n      undo: downgrade';
	const stuck = await resumed(playbook(task), 'after');
	t.is(stuck.recap.exitCode, 5);
	const {recap, open} = await resumed(playbook(task), 'after', [{id, as: 'done'}]);
	t.is(recap.exitCode, 0);
	t.deepEqual(open, []);
});

const refusals: readonly (readonly [string, readonly Resolution[], RegExp])[] = [
	['an action that there is not', [{id: 'play1.task1@kvm2', as: 'done'}], /begun no action 'play1\.task1@kvm2'/],
	[
		'one that is named twice',
		[
			{id, as: 'done'},
			{id, as: 'skip'},
		],
		/is resolved in two ways/,
	],
];
for (const [title, resolutions, message] of refusals) {
	test(`a resolution is refused: ${title}`, async t => {
		await t.throwsAsync(resumed(playbook('command: upgrade'), 'after', resolutions), {message});
	});
}

test('a resolution is refused for an action whose end is known, or that the hosts can tell', async t => {
	const ended = await resumed(playbook('command: upgrade'), 'after', [{id, as: 'done'}]);
	const again = run(playbook('command: upgrade'), {input: {before: ended.replay, resolutions: [{id, as: 'skip'}]}});
	await t.throwsAsync(again, {message: `${id}: its end is known: succeeded`});
	const told = resumed(playbook('command: {cmd: upgrade, creates: /done}'), 'before', [{id, as: 'done'}]);
	await t.throwsAsync(told, {message: `${id}: vacate resume reads from the hosts what became of it`});
});
