import {readFileSync} from 'node:fs';
import test from 'ava';
import {perform} from '../../src/engine/action/perform.ts';
import {StepError} from '../../src/errors.ts';
import {filesOnDisk} from '../../src/playbook/files.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {steps} from '../../src/steps/index.ts';
import {stepText} from '../../src/views/doc.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {plannedOf, planOn, toolsOf} from '../fakes/rig.ts';
import {type FakeDomain, FakeWorld} from '../fakes/world.ts';

/** Whatever file an example names. */
const files = {...filesOnDisk(), find: (file: string) => file, text: () => 'a text'};

function taskOf(example: string) {
	const text = `- hosts: kvm1\n  tasks:\n    - ${example}\n`;
	return () => readPlaybook(parseYaml('example.yml', text), steps, files);
}

test('every step has examples, and they are valid', t => {
	for (const {name, examples} of steps.values()) {
		t.true(examples.length > 0, name);
		for (const example of examples) t.notThrows(taskOf(example), example);
	}
});

test('docs/steps.md has every command that is a step, and states correctly what undo does', t => {
	const text = readFileSync(new URL('../../../docs/steps.md', import.meta.url), 'utf8');
	const rows = [...text.matchAll(/^\| `(\S+) (\S+)` \| `((\w+): .*?)` \| (.*) \|$/gm)];
	const commands = [...steps.keys()].filter(name => /^(virsh|qemu_img)_/.test(name));
	t.deepEqual(rows.map(([, , , , name = '']) => name).sort(), commands.sort());
	for (const [, program = '', subcommand = '', example = '', name = '', undone = ''] of rows) {
		const step = steps.get(name);
		t.is(name, `${program}_${subcommand}`.replaceAll('-', '_'));
		t.notThrows(taskOf(example), example);
		t.is(undone.startsWith('none: '), step !== undefined && !('undo' in step), name);
		t.is(/^none: reads\b/.test(undone), step?.kind === 'action' && step.effect === 'read', name);
		if (step !== undefined) t.true(stepText(step).startsWith(`${name}: `));
	}
});

/** A command, how web1 is when it is to be done, and why it is not. */
const refusals: readonly (readonly [string, Partial<FakeDomain>, RegExp])[] = [
	['virsh_start', {state: 'paused'}, /the guest is paused, not shut off/],
	['virsh_start', {state: 'shut off', reason: 4}, /the guest has moved to another host and would run twice/],
	['virsh_shutdown', {persistent: false}, /it has no definition, so it would be gone/],
	['virsh_destroy', {persistent: false}, /it has no definition, so it would be gone/],
	['virsh_destroy', {state: 'paused', reason: 12}, /it is being moved/],
	['virsh_destroy', {reason: 11}, /it is being moved/],
	['virsh_migrate_postcopy', {}, /the guest has no active migration/],
	['virsh_autostart', {persistent: false}, /cannot be set: it is running \(booted\), without a definition, on kvm1/],
	['virsh_resume', {state: 'paused', reason: 2}, /the pause of web1 cannot be set: it is paused \(migrating\) on kvm1/],
	['virsh_suspend', {state: 'shut off'}, /the pause of web1 cannot be set: it is shut off \(shutdown\) on kvm1/],
];

for (const [name, how, message] of refusals) {
	test(`${name} is refused: ${message.source}, ${JSON.stringify(how)}`, async t => {
		const world = new FakeWorld('kvm1');
		Object.assign(world.guest('kvm1', 'web1'), how);
		const step = steps.get(name);
		if (step?.kind !== 'action') throw new Error(`no step ${name}`);
		await t.throwsAsync(planOn(new FakeShell(world), step, {guest: 'web1'}), {instanceOf: StepError, message});
	});
}

test('a post-copy that is over before anybody looks has come about', async t => {
	const world = new FakeWorld('kvm1');
	const {uuid} = world.guest('kvm1', 'web1');
	world.jobs.set(uuid, {source: 'kvm1', polls: 1000, end: () => {}});
	const fake = new FakeShell(world);
	const quick: Shell = {
		async run(command) {
			const outcome = await fake.run(command);
			if (command.argv.includes('migrate-postcopy')) world.host('kvm1').domains.delete(uuid);
			return outcome;
		},
		close: async () => {},
	};
	const step = steps.get('virsh_migrate_postcopy');
	if (step?.kind !== 'action') throw new Error('no such step');
	const action = await planOn(quick, step, {guest: 'web1'});
	t.like(await perform(plannedOf(step, action), toolsOf(quick)), {end: 'succeeded'});
});

test('a guest that does not run and another of its name that does are not one', async t => {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'web1', {state: 'shut off'});
	world.guest('kvm2', 'web1');
	const step = steps.get('virsh_migrate');
	if (step?.kind !== 'action') throw new Error('no step virsh_migrate');
	await t.throwsAsync(planOn(new FakeShell(world), step, {guest: 'web1', to: 'kvm2'}), {
		message: 'web1 is shut off on kvm1; only a running guest can be moved live',
	});
});
