import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {Decisions} from '../../src/plan/document/decisions.ts';
import type {Command} from '../../src/shell/command.ts';
import {Controller} from '../fakes/controller.ts';
import {type FakeAnswer, failing, isMove} from '../fakes/failing.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {inventory, markFor, planOf} from '../plan/planner.ts';

const playbook = `- hosts: kvm1
  tasks:
    - evacuate: {to: "kvm2,kvm3", order: name, next_best_destination: false}
      ignore_errors: true
    - evacuate: {to: "kvm2,kvm3", order: name, next_best_destination: false, migrate: {auto_converge: true}}
`;

function worldOf(...names: readonly string[]): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of names) world.guest('kvm1', name);
	return world;
}

/** The moves of a guest fail so many times; each that was tried is noted. */
function refusing(world: FakeWorld, guest: string, times: number) {
	const uuid = [...world.host('kvm1').domains.values()].find(({name}) => name === guest)?.uuid ?? '';
	const tried: string[] = [];
	const shell = failing(world, (command: Command): FakeAnswer | undefined => {
		const to = ['kvm2', 'kvm3'].find(host => isMove(command, host));
		if (to === undefined || !command.argv.includes(uuid)) return undefined;
		tried.push(command.argv.includes('--auto-converge') ? `${to} --auto-converge` : to);
		return tried.length > times ? undefined : {code: 1, stderr: 'error: Hook script execution failed\n'};
	});
	return {shell, tried};
}

const on = (world: FakeWorld, host: string) => [...world.host(host).domains.values()].map(({name}) => name).sort();

async function planned(world: FakeWorld) {
	const plan = await planOf(playbook, new FakeShell(world));
	const input = {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')};
	return {input, to: plan.actions.find(({guest}) => guest === 'a')?.to ?? ''};
}

test('a second evacuation tries a move of the plan that failed again: to the same destination, with its own options', async t => {
	const world = worldOf('a', 'b');
	const {input, to} = await planned(world);
	const {shell, tried} = refusing(world, 'a', 1);
	const {recap, told} = await run(playbook, {shell, input});
	t.is(recap.exitCode, 0, told.join('\n'));
	t.deepEqual(tried, [to, `${to} --auto-converge`]);
	t.true(on(world, to).includes('a'));
	same(t, on(world, 'kvm1'), []);
	same(t, shell.broken, []);
});

test('a guest whose move fails twice stays, is told, and ends the run as failed', async t => {
	const world = worldOf('a', 'b');
	const {input, to} = await planned(world);
	const {shell, tried} = refusing(world, 'a', 2);
	const {recap} = await run(playbook, {shell, input});
	t.is(recap.exitCode, 4);
	t.deepEqual(tried, [to, `${to} --auto-converge`]);
	same(t, on(world, 'kvm1'), ['a']);
	same(t, shell.broken, []);
});

test('a guest that is on the host since the plan was made is not moved by the second evacuation either', async t => {
	const world = worldOf('a', 'b');
	const {input} = await planned(world);
	const {shell} = refusing(world, 'a', 1);
	world.guest('kvm1', 'new');
	const {recap, events} = await run(playbook, {shell, input});
	t.is(recap.exitCode, 4);
	same(t, on(world, 'kvm1'), ['new']);
	t.true(
		events.some(event => event.type === 'guest-left' && event.guest === 'new' && /not in the plan/.test(event.reason)),
	);
});

for (const when of ['before', 'after'] as const) {
	test(`killed ${when} each act of two evacuations, of which the first fails, and resumed: the guest is there, once`, async t => {
		for (let nth = 1, survived = false; !survived; nth++) {
			const world = worldOf('a');
			const {input, to} = await planned(world);
			const {shell} = refusing(world, 'a', 1);
			const controller = new Controller({nth, when});
			const running = run(playbook, {
				shell: controller.shell(shell),
				input: {...input, journal: controller.journal},
			});
			survived = (await Promise.race([running, controller.died])) !== undefined;
			const {records} = controller;
			if (survived || records.length === 0) continue;
			const told = `${when} act ${nth}: ${JSON.stringify(records.at(-1))}`;
			const before = replayJournal(records);
			if (before.exitCode === undefined) {
				const ended = await run(playbook, {shell, input: {...input, before}});
				t.is(ended.recap.exitCode, 0, `${told}\n${ended.told.join('\n')}`);
			}
			same(t, on(world, 'kvm1'), []);
			same(t, on(world, to), ['a']);
			same(t, shell.broken, []);
		}
	});
}
