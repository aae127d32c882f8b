import test from 'ava';
import {PerformExecutor} from '../../src/engine/perform-executor.ts';
import type {Breaker} from '../../src/engine/play/breaker.ts';
import {Rehearsal} from '../../src/engine/rehearsal.ts';
import {RehearsalExecutor} from '../../src/engine/rehearsal-executor.ts';
import {UndecidedError} from '../../src/engine/undecided-error.ts';
import {StepError} from '../../src/errors.ts';
import {ForeseenGatherer} from '../../src/facts/foreseen.ts';
import {Snapshot} from '../../src/facts/snapshot.ts';
import {steps} from '../../src/steps/index.ts';
import type {ActionStep, Expansion, Part, Result} from '../../src/steps/step.ts';
import {atHost, plannedOf, planOn, toolsOf} from '../fakes/rig.ts';
import {Echo} from '../fakes/runner.ts';

const name = {id: 'play1.task1@kvm1', host: 'kvm1', step: 'command', title: 'touch a file'};
// biome-ignore lint/suspicious/noExplicitAny: any step of the registry.
const command = steps.get('command') as ActionStep<any, any, any>;
const undecided = new UndecidedError('the result of look');

function rehearsalOn(shell: Echo) {
	const {gatherer} = toolsOf(shell).world;
	const rehearsal = new Rehearsal(new ForeseenGatherer(new Snapshot(gatherer)), {
		asks: true,
		mayWrite: () => false,
		isHere: () => false,
	});
	return {rehearsal, executor: new RehearsalExecutor(rehearsal)};
}

async function requestOn(shell: Echo) {
	const params = {argv: ['touch', '/a']};
	const planned = plannedOf(command, await planOn(shell, command, params));
	return {name, planned, params, at: atHost(), hidden: false};
}

test('an action is performed for real, and noted in a rehearsal', async t => {
	const shell = new Echo();
	const request = await requestOn(shell);
	const {rehearsal, executor} = rehearsalOn(shell);
	t.deepEqual(await executor.execute(request, toolsOf(shell)), {end: 'noted'});
	t.deepEqual(shell.ran, []);
	t.deepEqual(
		rehearsal.notes.map(note => note.kind === 'act' && note.commands),
		[[{on: 'kvm1', run: 'touch /a'}]],
	);
	const performed = await new PerformExecutor().execute(request, toolsOf(shell));
	t.is(performed.end, 'succeeded');
	t.deepEqual(shell.ran, ['kvm1: touch /a']);
});

const parts: readonly Part[] = ['web1', 'db1', 'mail'].map(guest => ({
	step: 'migrate',
	guest,
	uuid: guest,
	to: 'kvm2',
	params: {},
	claims: [],
}));
const expansion: Expansion = {parts, limits: {}, left: []};

type End = {readonly result: Result};

/** Parts that note when they begin and end; db1 fails until mail has succeeded. */
function runner() {
	const log: string[] = [];
	return {
		log,
		async run({guest}: Part, breaker: Breaker): Promise<End> {
			if (breaker.reason !== undefined) return {result: {skip_reason: breaker.reason}};
			const note = breaker.begin();
			log.push(`${guest} begins`);
			await new Promise(resolve => setImmediate(resolve));
			const failed = guest === 'db1' && !log.includes('mail ends');
			log.push(`${guest} ${failed ? 'fails' : 'ends'}`);
			note(failed ? 'bad' : 'good');
			return {result: {failed}};
		},
	};
}

test('parts are performed all at once, and triesAgain ones tried again while others succeed', async t => {
	const {log, run} = runner();
	const ends = await new PerformExecutor().runParts({name, expansion, triesAgain: true, bounds: undefined}, run);
	t.deepEqual(log, [
		...['web1 begins', 'db1 begins', 'mail begins', 'web1 ends', 'db1 fails', 'mail ends'],
		...['db1 begins', 'db1 ends'],
	]);
	t.deepEqual(
		ends.map(({result}) => result.failed),
		[false, false, false],
	);
});

test('parts are rehearsed one after the other and once, and no bound stops them', async t => {
	const {log, run} = runner();
	const {rehearsal, executor} = rehearsalOn(new Echo());
	await executor.runParts({name, expansion, triesAgain: true, bounds: {inARow: 1}}, run);
	t.deepEqual(log, ['web1 begins', 'web1 ends', 'db1 begins', 'db1 fails', 'mail begins', 'mail ends']);
	t.is(rehearsal.notes[0]?.kind, 'whole');
});

test('what a later attempt decides is left open by a rehearsal, and is a plain failure of a run', t => {
	const {rehearsal, executor} = rehearsalOn(new Echo());
	const failure = new StepError('no answer');
	const opened = {instanceOf: UndecidedError, message: 'depends on the condition that is waited for'};
	t.throws(() => executor.cannotPlan(failure, 3), opened);
	t.throws(() => executor.notAccepted(3), opened);
	t.notThrows(() => executor.cannotPlan(failure, 1));
	t.notThrows(() => executor.notAccepted(1));
	executor.leaveOpen(name, undecided);
	t.deepEqual(
		rehearsal.notes.map(note => note.kind === 'open' && note.reason),
		['depends on the result of look'],
	);
	const real = new PerformExecutor();
	t.notThrows(() => real.cannotPlan());
	t.notThrows(() => real.notAccepted());
	t.throws(() => real.leaveOpen(name, undecided), {instanceOf: UndecidedError, message: undecided.message});
});
