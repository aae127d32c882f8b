import test from 'ava';
import fc from 'fast-check';
import {perform} from '../../src/engine/action/perform.ts';
import {stepContext} from '../../src/engine/context.ts';
import {steps} from '../../src/steps/index.ts';
import type {ActionStep, Json} from '../../src/steps/step.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {atHost, plannedOf, planOn, toolsOf, worldOf as worldOfShell} from '../fakes/rig.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';

/** Signs that parsers stumble over, and any other that XML can hold. */
const sign = fc.oneof(
	fc.constantFrom(
		' ',
		'\t',
		'\r',
		'\u0085',
		'\u00a0',
		'\u2028',
		'\u2029',
		'\ufeff',
		"'",
		'"',
		'&',
		'<',
		'>',
		'=',
		':',
		'\\',
	),
	fc.constantFrom('-', '--- next ---', "Domain: 'x'", '  state.state=5', 'Managed save: yes', '$(id)', '{{ x }}', '%s'),
	fc
		.string({unit: 'binary', minLength: 1, maxLength: 1})
		.filter(one => /^[\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u.test(one) && one !== '/'),
);

/** What libvirt takes for a name: no `/`, no end of a line, not empty. */
const name = fc.array(sign, {minLength: 1, maxLength: 12}).map(signs => signs.join(''));

const guests = fc.uniqueArray(fc.record({name, state: fc.constantFrom('running', 'paused', 'shut off')}), {
	selector: guest => guest.name,
	minLength: 1,
	maxLength: 5,
});

type Named = {readonly name: string; readonly state: 'running' | 'paused' | 'shut off'};

function worldOf(named: readonly Named[]): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const [index, {name, state}] of named.entries()) world.guest('kvm1', name, {state, folder: `/images/${index}`});
	return world;
}

const actives = (named: readonly Named[]) =>
	named
		.filter(({state}) => state !== 'shut off')
		.map(({name}) => name)
		.sort();

// biome-ignore lint/suspicious/noExplicitAny: any step of the registry.
const stepOf = (step: string) => steps.get(step) as ActionStep<any, any, any>;

async function read(world: FakeWorld, step: string, params: Json, host = 'kvm1') {
	const shell = new FakeShell(world);
	const planned = plannedOf(stepOf(step), await planOn(shell, stepOf(step), params, atHost(host)));
	const done = await perform(planned, toolsOf(shell));
	return done.end === 'succeeded' ? stepOf(step).result(planned.action, done.receipt) : undefined;
}

test('virsh_list gives every guest, whatever its name, and each with its own state', async t => {
	await fc.assert(
		fc.asyncProperty(guests, async named => {
			const result = await read(worldOf(named), 'virsh_list', {});
			const {active, inactive} = result as {readonly active: readonly string[]; readonly inactive: readonly string[]};
			t.deepEqual(active.toSorted(), actives(named));
			t.is(inactive.length, named.length - actives(named).length);
		}),
		{numRuns: 200},
	);
});

test('evacuate moves every running guest, whatever its name, or says that it stays', async t => {
	await fc.assert(
		fc.asyncProperty(guests, async named => {
			const world = worldOf(named);
			const shell = new FakeShell(world);
			const text = '- hosts: kvm1\n  tasks:\n    - evacuate: {to: kvm2}\n';
			const plan = await planOf(text, new FakeShell(worldOf(named)));
			const going = plan.actions.flatMap(({guest}) => guest ?? []);
			const staying = plan.left.map(({guest}) => guest);
			t.deepEqual([...going, ...staying].sort(), named.map(({name}) => name).sort());
			const {recap} = await run(text, {shell});
			t.deepEqual(shell.broken, []);
			const here = [...world.host('kvm1').domains.values()].filter(({state}) => state !== 'shut off');
			for (const domain of here) t.true(plan.left.some(({guest, fails}) => guest === domain.name && fails));
			t.is(recap.exitCode === 0, here.length === 0);
		}),
		{numRuns: 60},
	);
});

test('preflight looks at every guest, and where a guest is says status, whatever its name', async t => {
	await fc.assert(
		fc.asyncProperty(guests, async named => {
			const world = worldOf(named);
			const {findings} = (await planOn(new FakeShell(world), stepOf('preflight'), {to: 'kvm2'})) as {
				readonly findings: readonly {readonly about: string}[];
			};
			const about = findings.map(finding => finding.about);
			// Something is not known of each: its blockers.
			for (const one of named.filter(({state}) => state !== 'shut off'))
				t.true(
					about.some(text => text.includes(one.name)),
					JSON.stringify(one),
				);
			const shell = new FakeShell(world);
			for (const {name, state} of named) {
				if (state === 'shut off' || /[\t\r]/.test(name)) continue;
				const action = await planOn(shell, stepOf('migrate'), {guest: name, to: 'kvm2'});
				const {signal} = new AbortController();
				const context = stepContext(worldOfShell(shell), signal, () => {});
				const where = await stepOf('migrate').where?.(action, context);
				t.is(where?.host, 'kvm1');
			}
		}),
		{numRuns: 40},
	);
});
