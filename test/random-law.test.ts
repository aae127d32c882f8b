import test from 'ava';
import fc from 'fast-check';
import type {JournalEntry} from '../src/engine/ports.ts';
import {replayJournal} from '../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../src/engine/recovery/resume.ts';
import {steps} from '../src/steps/index.ts';
import {Controller, type Death} from './fakes/controller.ts';
import {FakeShell} from './fakes/fake-shell.ts';
import {run} from './fakes/runner.ts';
import {unsteady} from './fakes/unsteady.ts';
import {FakeWorld} from './fakes/world.ts';

const guest = fc.record({
	formats: fc.subarray(['qcow2', 'raw']),
	autostart: fc.boolean(),
	state: fc.constantFrom('running' as const, 'running' as const, 'paused' as const, 'shut off' as const),
});

const schedule = fc.record({
	guests: fc.array(guest, {minLength: 1, maxLength: 6}),
	limits: fc.record({
		per_source: fc.integer({min: 1, max: 4}),
		per_destination: fc.integer({min: 1, max: 4}),
		total: fc.integer({min: 1, max: 6}),
	}),
	options: fc.record({mode: fc.constantFrom('p2p', 'managed', 'relay'), offline: fc.boolean()}),
	/** Of 100 commands so many fail, are lost, or find no host. */
	percent: fc.integer({min: 0, max: 12}),
	seed: fc.integer({min: 1, max: 1_000_000}),
	/** The controller dies so often, at these acts. */
	deaths: fc.array(
		fc.record({nth: fc.integer({min: 1, max: 150}), when: fc.constantFrom('before' as const, 'after' as const)}),
		{maxLength: 3},
	),
});

test('whatever fails, whenever controllers die: no guest runs twice, none is lost, and resume comes to an end', async t => {
	const seen = {deaths: 0, moved: 0, stayed: 0};
	const property = fc.asyncProperty(schedule, async ({guests, limits, options, percent, seed, deaths}) => {
		const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
		for (const [index, one] of guests.entries()) world.guest('kvm1', `g${index}`, one);
		const bystander = world.guest('kvm2', 'bystander');
		const undisturbed = {...bystander};
		const hosts = new FakeShell(world);
		const text = JSON.stringify([{hosts: 'kvm1', tasks: [{evacuate: {to: 'kvm2,kvm3', limits, migrate: options}}]}]);
		const records: JournalEntry[] = [];
		let died = 0;
		const live = async (death: Death | undefined, shell: Parameters<Controller['shell']>[0]) => {
			const controller = new Controller(death);
			const before = records.length > 0 ? {before: replayJournal(records)} : {};
			const input = {journal: controller.journal, ...before};
			died += await Promise.race([
				run(text, {shell: controller.shell(shell), input}).then(() => 0),
				controller.died.then(() => 1),
			]);
			records.push(...controller.records);
		};
		for (const [index, death] of [...deaths, undefined].entries()) {
			await live(death, unsteady(hosts, percent, seed + index));
		}
		// The faults are over: it is resumed until nothing is left to do, or the run has ended.
		for (let left = 3; left > 0; left--) await live(undefined, hosts);

		t.deepEqual(hosts.broken, []);
		t.deepEqual(unfinishedActions(replayJournal(records), steps), [], 'nothing is left to do');
		for (const [index, {state}] of guests.entries()) {
			const known = [...world.hosts.values()].flatMap(({domains}) =>
				[...domains.values()].filter(({name, persistent}) => name === `g${index}` && persistent),
			);
			t.is(known.length, 1, `g${index} is defined once`);
			t.is(known[0]?.state, state);
		}
		const marks = [...world.hosts.values()].flatMap(({files}) =>
			[...files.keys()].filter(path => /vacate-/.test(path)),
		);
		t.deepEqual(marks, [], 'no mark stays');
		t.deepEqual(world.host('kvm2').domains.get(bystander.uuid), undisturbed);
		seen.deaths += died;
		seen.moved += guests.filter((_, index) => !hasGuest(world, 'kvm1', `g${index}`)).length;
		seen.stayed += guests.filter((_, index) => hasGuest(world, 'kvm1', `g${index}`)).length;
	});
	await fc.assert(property, {numRuns: 60, seed: 7, includeErrorInReport: true});
	t.true(Math.min(seen.deaths, seen.moved, seen.stayed) > 20, `it met all of them: ${JSON.stringify(seen)}`);
});

function hasGuest(world: FakeWorld, host: string, guest: string): boolean {
	return [...world.host(host).domains.values()].some(({name}) => name === guest);
}
