import {readFileSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {JournalEntry} from '../src/engine/ports.ts';
import {replayJournal} from '../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../src/engine/recovery/resume.ts';
import type {Shell} from '../src/shell/shell.ts';
import {steps} from '../src/steps/index.ts';
import {openJournal} from '../src/store/journal.ts';
import {readJournal} from '../src/store/read-journal.ts';
import {Controller} from './fakes/controller.ts';
import {FakeShell} from './fakes/fake-shell.ts';
import {fakeClock, MemoryJournal} from './fakes/rig.ts';
import {run} from './fakes/runner.ts';
import {FakeWorld} from './fakes/world.ts';
import {dieAt} from './points/die-at.ts';

/** Law 6: whenever a run dies, resume brings the world to where the run would have brought it, and nothing is done twice. */

const guests = (world: FakeWorld) => {
	world.guest('kvm1', 'web1');
	world.guest('kvm1', 'db1', {formats: ['qcow2', 'raw'], autostart: true});
	world.guest('kvm1', 'idle', {formats: [], state: 'paused'});
};

type Case = {
	readonly title: string;
	readonly text: string;
	readonly fails?: true;
	/** It asks the guest at its source first: when the journal has forgotten that it moved, that fails, and all stays as it is. */
	readonly asks?: true;
	readonly given?: {readonly [name: string]: unknown};
};

const playbooks: readonly Case[] = [
	{
		title: 'an evacuation',
		text: '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "kvm2,kvm3"}\n',
	},
	{
		title: 'an evacuation that ends with its virsh',
		text: '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "kvm2,kvm3", migrate: {mode: managed}}\n',
	},
	{
		title: 'an image and a move',
		text: `
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}
    - migrate: {guest: web1, to: kvm2}
`,
	},
	{
		title: 'a failure that is taken back',
		fails: true,
		text: `
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}
    - assert: {that: ["{{ false }}"]}
`,
	},
	...shipped('evacuate.yml'),
	...shipped('examples/drain-and-verify.yml'),
	...shipped('seed/live-migration.yml', {guest: 'web1', copy: true}, {asks: true}),
	...shipped('seed/single-commands.yml', {guest: 'web1'}, {asks: true}),
	...shipped('seed/auto-converge.yml', {guest: 'web1', image: '/images/web1-0.qcow2', for_good: true}),
];

/** A playbook of `playbooks/`. */
function shipped(file: string, given: Case['given'] = {}, more: Pick<Case, 'asks'> = {}): readonly Case[] {
	const text = readFileSync(new URL(`../../playbooks/${file}`, import.meta.url), 'utf8');
	return [{title: `playbooks/${file}`, text, given, ...more}];
}

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	guests(world);
	return world;
}

type HostSnapshot = {
	readonly domains: readonly {readonly name: string}[];
	readonly files: readonly {readonly path: string}[];
};

/** The host that is emptied, and the others as one: to which of them a guest goes may differ. */
function snapshotOf(world: FakeWorld): object {
	const {kvm1, ...others} = world.snapshot() as {readonly [host: string]: HostSnapshot};
	const all = Object.values(others);
	return {
		kvm1,
		domains: all.flatMap(({domains}) => domains).sort((a, b) => (a.name < b.name ? -1 : 1)),
		files: all.flatMap(({files}) => files).sort((a, b) => (a.path < b.path ? -1 : 1)),
	};
}

for (const {title, text, fails = false, given = {}} of playbooks) {
	for (const when of ['before', 'after'] as const) {
		test(`${title}: killed ${when} each of its acts, resumed`, async t => {
			const whole = new FakeShell(newWorld());
			await run(text, {shell: whole, given});
			const expected = snapshotOf(whole.world);
			let survived = false;
			for (let nth = 1; !survived; nth++) {
				const shell = new FakeShell(newWorld());
				const first = new Controller({nth, when});
				const running = run(text, {shell: first.shell(shell), given, input: {journal: first.journal}});
				survived = (await Promise.race([running, first.died])) !== undefined;
				const {records} = first;
				// Before its first record it has done nothing.
				if (records.length === 0) continue;
				const second = new Controller();
				const told = `${when} act ${nth}: ${JSON.stringify(records.at(-1))}`;
				const before = replayJournal(records);
				if (before.exitCode === undefined) {
					const {recap} = await run(text, {
						shell: second.shell(shell),
						given,
						input: {journal: second.journal, before},
					});
					t.is(recap.exitCode === 0, !fails, `${told} ${JSON.stringify(second.records.slice(-3))}`);
				}
				t.deepEqual(shell.broken, [], told);
				t.deepEqual(snapshotOf(shell.world), expected, told);
				const again = replayJournal([...records, ...second.records]);
				t.deepEqual(unfinishedActions(again, steps), [], told);
			}
		});
	}
}

for (const {title, text, fails = false, asks = false, given = {}} of playbooks) {
	test(`${title}: all is done and the journal has lost what came after any of its records, resumed`, async t => {
		const whole = new FakeShell(newWorld());
		const {journal} = await run(text, {shell: whole, given});
		const expected = snapshotOf(whole.world);
		for (let length = 1; length < journal.records.length; length++) {
			const records = journal.records.slice(0, length);
			const shell = new FakeShell(newWorld());
			await run(text, {shell, given});
			const {recap, journal: rest} = await run(text, {shell, given, input: {before: replayJournal(records)}});
			const told = `after ${JSON.stringify(records.at(-1))}: ${JSON.stringify(rest.records.slice(-3))}`;
			if (!asks) t.is(recap.exitCode === 0, !fails, told);
			t.deepEqual(shell.broken, [], told);
			t.deepEqual(snapshotOf(shell.world), expected, told);
			t.deepEqual(unfinishedActions(replayJournal([...records, ...rest.records]), steps), [], told);
		}
	});
}

for (const as of ['done', 'again', 'skip'] as const) {
	for (const when of ['before', 'after'] as const) {
		test(`killed ${when} each act of a run with a command, resumed, and where that is stuck a person says ${as}`, async t => {
			const text = `
- hosts: kvm1
  tasks:
    - command: {argv: ["true"]}
    - migrate: {guest: idle, to: kvm2}
    - command: {argv: ["true"]}
`;
			const whole = new FakeShell(newWorld());
			await run(text, {shell: whole});
			const expected = snapshotOf(whole.world);
			let resolvedOnce = false;
			for (let nth = 1, survived = false; !survived; nth++) {
				const shell = new FakeShell(newWorld());
				const first = new Controller({nth, when});
				const running = run(text, {shell: first.shell(shell), input: {journal: first.journal}});
				survived = (await Promise.race([running, first.died])) !== undefined;
				let {records} = first as {readonly records: readonly JournalEntry[]};
				if (records.length === 0 || survived) continue;
				const told = `${when} act ${nth}: ${JSON.stringify(records.at(-1))}`;
				for (let tries = 0; tries < 2; tries++) {
					const before = replayJournal(records);
					const open = tries === 0 ? [] : unfinishedActions(before, steps).map(({account: {id}}) => ({id, as}));
					resolvedOnce ||= open.length > 0;
					if (before.exitCode !== undefined && open.length === 0) break;
					const {recap, journal} = await run(text, {shell, input: {before, resolutions: open}});
					records = [...records, ...journal.records];
					if (tries === 1) t.is(recap.exitCode, 0, told);
				}
				t.deepEqual(shell.broken, [], told);
				t.deepEqual(snapshotOf(shell.world), expected, told);
				t.deepEqual(unfinishedActions(replayJournal(records), steps), [], told);
			}
			t.true(resolvedOnce);
		});
	}
}

test('cut at each byte of its last records, a journal on disk is that of the records before, and law 6 holds for those', async t => {
	const {journal} = await run(playbooks[0]?.text ?? '', {shell: new FakeShell(newWorld())});
	const folder = await mkdtemp(join(tmpdir(), 'vacate-law-'));
	const disk = await openJournal(folder, () => 7);
	for (const record of journal.records) await disk.append(record);
	await disk.close();
	const file = join(folder, 'journal.jsonl');
	const bytes = await readFile(file);
	const kept = journal.records.length - 4;
	const from = Buffer.byteLength(bytes.toString().split('\n').slice(0, kept).join('\n')) + 1;
	for (let length = from; length < bytes.length; length++) {
		await writeFile(file, bytes.subarray(0, length));
		const {lines} = await readJournal(folder);
		const before = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
		t.is(lines.length, before);
		t.deepEqual(
			lines.map(({n: _, at: __, ...record}) => record),
			JSON.parse(JSON.stringify(journal.records.slice(0, before))),
			`${length} of ${bytes.length} bytes`,
		);
	}
	await rm(folder, {recursive: true});
});

test('told to stop while it asks what became of a move, a resumed run takes it back', async t => {
	const shell = new FakeShell(newWorld());
	const before = shell.world.snapshot();
	const journal = new MemoryJournal();
	const move = '- {hosts: kvm1, tasks: [{migrate: {guest: web1, to: kvm2}}]}';
	await new Promise<void>(resolve => {
		const ports = {shell, journal, clock: fakeClock(), hold: async () => {}};
		const dying = dieAt({when: 'before', act: 'shell virsh migrate', nth: 1}, ports, resolve);
		void run(move, {shell: dying.shell, input: {journal: dying.journal}});
	});
	const stop = new AbortController();
	const asked: Shell = {
		async run(command) {
			stop.abort();
			return shell.run(command);
		},
		close: async () => {},
	};
	const {recap, told} = await run(move, {
		shell: asked,
		signal: stop.signal,
		input: {before: replayJournal(journal.records)},
	});
	t.is(recap.exitCode, 130);
	t.deepEqual(told, ['play1.task1@kvm1 undone']);
	t.deepEqual(shell.world.snapshot(), before);
});

/** Dies after the image has been made, and is resumed; gives the commands of the second run. */
async function resumedAfterClaim(task: string) {
	const text = `
- hosts: kvm1
  tasks:
    - command: {argv: ["true"]}
      no_log: true
      register: looked
    - qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}
${task}
    - debug: "{{ looked.censored }}"
`;
	const shell = new FakeShell(newWorld());
	const journal = new MemoryJournal();
	await new Promise<void>(resolve => {
		const ports = {shell, journal, clock: fakeClock(), hold: async () => {}};
		const dying = dieAt({when: 'after', act: 'shell claim', nth: 1}, ports, resolve);
		void run(text, {shell: dying.shell, input: {journal: dying.journal}});
	});
	const first = shell.ran.length;
	const second = await run(text, {shell, input: {before: replayJournal(journal.records)}});
	return {...second, commands: shell.ran.slice(first)};
}

test('what was done as another user is ended as that user; a result that nobody may see is known as such', async t => {
	const {commands, recap, said} = await resumedAfterClaim('      become: true\n      become_user: storage');
	t.is(recap.exitCode, 0);
	t.true(commands.length > 0);
	t.deepEqual(
		commands.filter(({becomeUser}) => becomeUser !== 'storage').map(({argv}) => argv.join(' ')),
		[],
	);
	t.deepEqual(said, ['hidden: the task says no_log']);
});

test('of what no_log has hidden nothing is told when it is ended by a resumed run', async t => {
	const {commands, events, recap} = await resumedAfterClaim('      no_log: true');
	t.is(recap.exitCode, 0);
	t.true(commands.every(({hidden}) => hidden === true));
	t.notRegex(JSON.stringify(events), /new\.qcow2/);
});
