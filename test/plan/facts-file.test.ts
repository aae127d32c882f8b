import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {InputError, PrerequisiteError} from '../../src/errors.ts';
import {collectFacts} from '../../src/facts/collect.ts';
import {Facts} from '../../src/facts/facts.ts';
import {createGatherer} from '../../src/facts/gather.ts';
import {recordedGatherer} from '../../src/facts/snapshot.ts';
import {peersOf} from '../../src/plan/peers.ts';
import {clusterRequests} from '../../src/steps/evacuation/cluster/requests.ts';
import {planFileText, readPlan, resealed} from '../../src/store/plan-file.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {inventory, planOf} from './planner.ts';
import {evacuate, threeGuests} from './plans.ts';

/** What `vacate facts` gathers of hosts. */
function collected(world: FakeWorld, ...hosts: readonly string[]) {
	const peer = peersOf(inventory, {});
	return collectFacts(createGatherer(new FakeShell(world), 0), hosts, (heard, facts) =>
		clusterRequests(heard, heard, peer, facts),
	);
}

test('facts of a file that lack something are a problem that says what to run', async t => {
	const {facts} = await collected(threeGuests(), 'kvm1', 'kvm2');
	const plan = await planOf(evacuate, undefined, undefined, recordedGatherer(facts, 'facts.json'));
	same(
		t,
		plan.problems.map(({message, remedies}) => `${message}; ${remedies}`),
		['facts.json lacks kvm3 kept-copies; gather the facts again: vacate facts -i INVENTORY -o facts.json'],
	);
});

const ways = [
	'',
	', bandwidth: auto',
	', round_trip: required',
	', migrate: {offline: true}',
	', migrate: {tls: true}',
	', migrate: {parallel: true, parallel_connections: 2}',
	', migrate: {mode: relay, copy_storage: inc, media: copy}',
];

for (const said of ways) {
	test(`facts of a file give the plan that the hosts give${said}`, async t => {
		const world = threeGuests();
		world.guest('kvm1', 'off', {state: 'shut off'});
		const {facts, silent} = await collected(world, 'kvm1', 'kvm2', 'kvm3');
		same(t, silent, []);
		const read = new Facts(Object.entries(JSON.parse(JSON.stringify(facts))));
		const text = evacuate.replace('order: name', `order: name${said}`);
		const fromFile = await planOf(text, undefined, undefined, recordedGatherer(read, 'facts.json'));
		t.deepEqual(fromFile, await planOf(text, new FakeShell(world)));
		t.true(fromFile.actions.length >= 3, JSON.stringify(fromFile.problems));
	});
}

test('a plan that was edited is refused until it is sealed again', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-plan-'));
	const file = join(folder, 'plan.yml');
	const text = planFileText(await planOf(evacuate, new FakeShell(threeGuests())));
	await writeFile(file, text);
	t.is((await readPlan(file)).actions.length, 3);
	t.is(planFileText(await readPlan(file)), text, 'written again, it is the same');
	const edited = text.replace('    task: play1.task1\n', '    skip: month end\n    task: play1.task1\n');
	await writeFile(file, edited);
	const error = await t.throwsAsync(readPlan(file), {instanceOf: PrerequisiteError});
	t.regex(error?.remedy ?? '', /vacate seal/);
	await writeFile(file, resealed(file, edited));
	t.is((await readPlan(file)).actions.filter(({skip}) => skip === 'month end').length, 1);
	await writeFile(file, text.replace('vacate_plan: 2', 'vacate_plan: 1'));
	const older = await t.throwsAsync(readPlan(file), {instanceOf: InputError});
	same(
		t,
		older?.problems.map(({message, hint, position}) => `${position?.line}:${position?.column} ${message}; ${hint}`),
		[
			'1:14 unsupported plan format version 1; this vacate reads version 2; make a new plan: vacate plan PLAYBOOK -o FILE',
		],
	);
	await rm(folder, {recursive: true});
});
