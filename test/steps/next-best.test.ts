import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../../src/engine/recovery/resume.ts';
import {Decisions} from '../../src/plan/document/decisions.ts';
import type {Command} from '../../src/shell/command.ts';
import {steps} from '../../src/steps/index.ts';
import {explain} from '../../src/steps/migration/failure-reason.ts';
import {FailureList} from '../../src/views/failures.ts';
import {Controller} from '../fakes/controller.ts';
import {type FakeAnswer, failing, isMove, refusedBy} from '../fakes/failing.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {inventory, markFor, planOf} from '../plan/planner.ts';

const memory = "error: internal error: process exited: cannot set up guest memory 'pc.ram': Cannot allocate memory\n";
const playbook = (params: object = {}) =>
	`- hosts: kvm1\n  tasks:\n    - evacuate: ${JSON.stringify({to: 'kvm2,kvm3', order: 'name', ...params})}\n`;

function worldOf(...names: readonly string[]): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of names) world.guest('kvm1', name);
	return world;
}

const on = (world: FakeWorld, host: string) => [...world.host(host).domains.values()].map(({name}) => name).sort();
const imagesOn = (world: FakeWorld, host: string) =>
	[...world.host(host).files.keys()].filter(path => path.startsWith('/images/') || path.includes('.vacate-'));

/** Where the first guest is planned to go, and the other host. */
async function planned(world: FakeWorld): Promise<readonly [string, string]> {
	const plan = await planOf(playbook(), new FakeShell(world));
	const to = plan.actions.find(({guest}) => guest === 'a')?.to;
	return to === 'kvm2' ? ['kvm2', 'kvm3'] : ['kvm3', 'kvm2'];
}

const reasons: readonly (readonly [string, (to: string) => (command: Command) => FakeAnswer | undefined])[] = [
	['its memory cannot be had there', to => refusedBy(memory, to)],
	[
		'its CPU is refused there',
		to => refusedBy("error: operation failed: guest CPU doesn't match specification: missing features: avx\n", to),
	],
	[
		'no image can be created there',
		to =>
			({host, argv}) =>
				host === to && argv[0] === 'qemu-img' && argv[1] === 'create'
					? {code: 1, stderr: 'qemu-img: /images/a-0.qcow2: Could not create file: No space left on device\n'}
					: undefined,
	],
];
for (const [title, fails] of reasons) {
	test(`a guest goes to the other destination, as ${title}; nothing is left at the first`, async t => {
		const world = worldOf('a');
		const [first, second] = await planned(world);
		const shell = failing(world, fails(first));
		const {recap, events, journal, told} = await run(playbook(), {shell});
		t.is(recap.exitCode, 0, told.join('\n'));
		same(t, on(world, second), ['a']);
		same(t, imagesOn(world, first), []);
		same(t, shell.broken, []);
		t.deepEqual(recap.hosts.kvm1, {...recap.hosts.kvm1, failed: 0, rescued: 1, changed: 1} as never);
		const failures = new FailureList();
		for (const event of events) failures.on(event);
		same(t, failures.all, []);
		const [guest] = recap.guests;
		t.is(guest?.where, second);
		t.is(guest?.tried?.[0]?.host, first);
		t.true(events.some(event => event.type === 'guest-placed-again' && event.to === second));
		t.true(journal.records.some(record => record.type === 'placed-again' && record.tried[0]?.host === first));
	});
}

test('each destination is tried once; then the guest stays, with the failure of the last', async t => {
	const world = worldOf('a');
	const tries: string[] = [];
	const shell = failing(world, command => {
		const to = ['kvm2', 'kvm3'].find(host => isMove(command, host));
		if (to === undefined) return undefined;
		tries.push(to);
		return {code: 1, stderr: memory};
	});
	const {recap, told} = await run(playbook(), {shell});
	t.is(recap.exitCode, 4, told.join('\n'));
	same(t, tries.sort(), ['kvm2', 'kvm3']);
	same(t, on(world, 'kvm1'), ['a']);
	t.is(recap.hosts.kvm1?.failed, 2);
	same(t, shell.broken, []);
});

const notOfDestination: readonly (readonly [string, string])[] = [
	['the guest', 'error: operation failed: migration out job: unexpectedly failed\n'],
	['the source', 'error: Requested operation is not valid: domain is not running\n'],
];
for (const [whose, says] of notOfDestination) {
	test(`a failure for a reason of ${whose} moves it nowhere else`, async t => {
		const world = worldOf('a');
		const [first, second] = await planned(world);
		const {recap, told} = await run(playbook(), {shell: failing(world, refusedBy(says, first))});
		t.is(recap.exitCode, 4, told.join('\n'));
		same(t, on(world, second), []);
		same(t, on(world, 'kvm1'), ['a']);
	});
}

test('with next_best_destination: false it stays', async t => {
	const world = worldOf('a');
	const [first, second] = await planned(world);
	const shell = failing(world, refusedBy(memory, first));
	const {recap} = await run(playbook({next_best_destination: false}), {shell});
	t.is(recap.exitCode, 4);
	same(t, on(world, second), []);
});

test('where a policy requires approvals, no destination is chosen that was not reviewed, unless the playbook says so', async t => {
	const cases = [
		[{}, []],
		[{next_best_destination: true}, ['a']],
		[{next_best_destination: false}, []],
	] as const;
	for (const [params, there] of cases) {
		const world = worldOf('a');
		const [first, second] = await planned(world);
		const shell = failing(world, refusedBy(memory, first));
		const {recap} = await run(playbook(params), {shell, input: {areDestinationsApproved: true}});
		same(t, on(world, second), there);
		t.is(recap.exitCode, there.length === 0 ? 4 : 0, JSON.stringify(params));
		same(t, shell.broken, []);
	}
});

test('a plan mentions that its task may choose other destinations, if the playbook says so', async t => {
	const textsOf = async (params: object) => {
		const {choices} = await planOf(playbook(params), new FakeShell(worldOf('a')));
		return choices.flatMap(({warnings}) => warnings.filter(({about}) => about === 'next_best_destination'));
	};
	same(t, await textsOf({}), []);
	same(t, await textsOf({next_best_destination: false}), []);
	same(t, await textsOf({next_best_destination: true}), [
		{
			about: 'next_best_destination',
			text: 'a guest that its destination does not accept moves to another destination of this task, which this plan does not name',
			remedy: 'set next_best_destination: false if approvers must know every destination',
		},
	]);
});

test('also with a plan: the plan is as it was, and its other guests go where it says', async t => {
	const world = worldOf('a', 'b', 'c');
	const plan = await planOf(playbook(), new FakeShell(world));
	const [first, second] = await planned(world);
	const own = plan.actions.find(({guest}) => guest === 'a')?.uuid ?? '';
	const shell = failing(world, command =>
		isMove(command, first) && command.argv.includes(own) ? {code: 1, stderr: memory} : undefined,
	);
	const input = {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')};
	const {recap, told} = await run(playbook(), {shell, input});
	t.is(recap.exitCode, 0, told.join('\n'));
	const goesTo = Object.fromEntries(plan.actions.map(({guest = '', to = ''}) => [guest, to]));
	t.deepEqual(Object.fromEntries(recap.guests.map(({guest, where}) => [guest, where])), {...goesTo, a: second});
	same(t, shell.broken, []);
});

for (const when of ['before', 'after'] as const) {
	test(`killed ${when} each act while a guest goes to the next best destination, resumed: it is there, once`, async t => {
		const [first] = await planned(worldOf('a'));
		for (let nth = 1, survived = false; !survived; nth++) {
			const world = worldOf('a');
			const shell = failing(world, refusedBy(memory, first));
			const controller = new Controller({nth, when});
			const running = run(playbook(), {shell: controller.shell(shell), input: {journal: controller.journal}});
			survived = (await Promise.race([running, controller.died])) !== undefined;
			const {records} = controller;
			if (survived || records.length === 0) continue;
			const told = `${when} act ${nth}: ${JSON.stringify(records.at(-1))}`;
			const before = replayJournal(records);
			if (before.exitCode === undefined) {
				const ended = await run(playbook(), {shell, input: {before}});
				t.is(ended.recap.exitCode, 0, `${told} ${ended.told.join('\n')}`);
				const again = replayJournal([...records, ...ended.journal.records]);
				t.deepEqual(unfinishedActions(again, steps), [], told);
			}
			same(t, on(world, 'kvm1'), []);
			t.deepEqual(shell.broken, [], told);
			same(t, imagesOn(world, first), []);
		}
	});
}

test('what the logs of the source say is no reason of the destination', t => {
	const move = {guest: 'a', source: 'kvm1', destination: 'kvm2'};
	const log = (line: string) => ({qemu: [line], libvirt: []});
	const line = 'could not open /x: No such file or directory';
	t.is(explain('End of file while reading data', move, {there: log(line), here: undefined}).side, 'destination');
	t.is(explain('End of file while reading data', move, {there: undefined, here: log(line)}).side, undefined);
});
