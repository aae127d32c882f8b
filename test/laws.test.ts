import test from 'ava';
import {perform, undo} from '../src/engine/action/perform.ts';
import {stepContext} from '../src/engine/context.ts';
import {steps} from '../src/steps/index.ts';
import type {ActionStep, Json} from '../src/steps/step.ts';
import {cases} from './fakes/cases.ts';
import {FakeShell} from './fakes/fake-shell.ts';
import {faults, faultyShell} from './fakes/faults.ts';
import {plannedOf, planOn, toolsOf} from './fakes/rig.ts';

// biome-ignore lint/suspicious/noExplicitAny: the laws hold for every step.
type AnyStep = ActionStep<any, any, any>;

const acting = [...steps.values()].filter((step): step is AnyStep => step.kind === 'action');
const all = acting.flatMap(step => (cases[step.name] ?? []).map(one => ({step, ...one})));
const undoable = all.filter(({step}) => 'undo' in step);

test('every step that acts has cases', t => {
	t.deepEqual(
		acting.map(({name}) => name).filter(name => (cases[name] ?? []).length === 0),
		[],
	);
});

for (const {step, title, world, params} of all) {
	const name = `${step.name}, ${title}`;

	test(`${name}: planning twice gives the same, and preview is a function of the action`, async t => {
		const shell = new FakeShell(world());
		const action = await planOn(shell, step, params);
		t.deepEqual(await planOn(shell, step, params), action);
		t.deepEqual(step.preview(action), step.preview(structuredClone(action)));
		t.deepEqual(shell.writes(), []);
		t.deepEqual(structuredClone(action), JSON.parse(JSON.stringify(action)), 'an action is plain data');
	});

	test(`${name}: it runs exactly the writes that its preview shows, and verify only reads`, async t => {
		const shell = new FakeShell(world());
		const action = await planOn(shell, step, params);
		const performed = await perform(plannedOf(step, action), toolsOf(shell));
		t.is(performed.end, 'succeeded');
		const shown = step.preview(action);
		t.deepEqual(
			shell.writes(),
			shown.filter(({effect}) => effect === 'write'),
		);
		t.deepEqual(shell.broken, []);
	});
}

for (const {step, title, world, params} of undoable) {
	const name = `${step.name}, ${title}`;

	test(`${name}: planning again after success yields nothing to do`, async t => {
		const shell = new FakeShell(world());
		await perform(plannedOf(step, await planOn(shell, step, params)), toolsOf(shell));
		const again = await planOn(shell, step, params);
		t.true(typeof again === 'object' && again !== null && 'skip' in again, JSON.stringify(again));
	});

	test(`${name}: whatever happens to whichever write, the world is as before or as it should be`, async t => {
		const writes = step
			.preview(await planOn(new FakeShell(world()), step, params))
			.filter(({effect}) => effect === 'write');
		for (const [nth, command] of writes.entries()) {
			for (const fault of faults) {
				const shell = new FakeShell(world());
				const before = shell.world.snapshot();
				const action = await planOn(shell, step, params);
				const performed = await perform(plannedOf(step, action), toolsOf(faultyShell(shell, nth, fault)));
				const told = `${command.argv.join(' ')} ${fault}: ${performed.end}`;
				t.deepEqual(shell.broken, [], told);
				if (performed.end === 'failed') t.deepEqual(shell.world.snapshot(), before, told);
				else t.deepEqual(withoutMarks(shell.world.snapshot()), await doneWorld(step, world, params), told);
			}
		}
	});

	test(`${name}: undo without a receipt restores the world, and twice is the same as once`, async t => {
		const shell = new FakeShell(world());
		const before = shell.world.snapshot();
		const planned = plannedOf(step, await planOn(shell, step, params));
		const tools = toolsOf(shell);
		await step.apply(planned.action, contextOf(tools));
		t.is((await undo(planned, undefined, tools)).end, 'undone');
		t.deepEqual(shell.world.snapshot(), before);
		t.is((await undo(planned, undefined, tools)).end, 'undone');
		t.deepEqual(shell.world.snapshot(), before);
		t.deepEqual(shell.broken, []);
	});

	test(`${name}: undo with its receipt restores the world after all is done`, async t => {
		const shell = new FakeShell(world());
		const before = shell.world.snapshot();
		const planned = plannedOf(step, await planOn(shell, step, params));
		const tools = toolsOf(shell);
		const performed = await perform(planned, tools);
		t.is(performed.end, 'succeeded');
		const receipt = performed.end === 'succeeded' ? performed.receipt : undefined;
		t.is((await undo(planned, JSON.parse(JSON.stringify(receipt)), tools)).end, 'undone');
		t.deepEqual(shell.world.snapshot(), before);
	});
}

function contextOf(tools: ReturnType<typeof toolsOf>) {
	return stepContext(tools.world, tools.signal, tools.progress);
}

/** A mark that could not be taken away is no failure of the work. */
function withoutMarks(snapshot: object): object {
	return JSON.parse(JSON.stringify(snapshot), (_key, value) =>
		Array.isArray(value) ? value.filter(item => !String(item?.path ?? '').includes('.vacate-')) : value,
	);
}

/** The world after the work is done and nothing has happened. */
async function doneWorld(step: AnyStep, world: () => FakeShell['world'], params: Json): Promise<object> {
	const shell = new FakeShell(world());
	await perform(plannedOf(step, await planOn(shell, step, params)), toolsOf(shell));
	return withoutMarks(shell.world.snapshot());
}
