import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {rehearse} from '../../src/engine/rehearse.ts';
import {InputError} from '../../src/errors.ts';
import {loadInventory} from '../../src/inventory/load.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import {steps} from '../../src/steps/index.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {inventoryOf} from '../fakes/inventory.ts';
import {worldOf} from '../fakes/rig.ts';
import {Echo, run, same} from '../fakes/runner.ts';

// What surprises who knows Ansible: each as Ansible has it, or put right. docs/ansible-differences.md tells them.

/** The mistakes of a playbook's text. */
async function refusal(text: string): Promise<string> {
	try {
		await run(text);
	} catch (error) {
		if (error instanceof InputError) return error.message;
		throw error;
	}
	return 'none';
}

const half = `
- hosts: [kvm1, kvm2]
  max_fail_percentage: 50
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
`;

test('max_fail_percentage must be exceeded, as in Ansible', async t => {
	same(t, (await run(half)).said, ['bad', 'kvm2']);
});

const unreachable = {
	run: async ({host, argv}: {host: string; argv: readonly string[]}) => {
		const {UnreachableError} = await import('../../src/errors.ts');
		if (host === 'kvm1') throw new UnreachableError(host, 'no answer');
		return {end: 'exited', code: 0, stdout: argv.join(' '), stderr: '', durationMs: 1} as const;
	},
	close: async () => {},
};

test('a host that cannot be reached counts for max_fail_percentage', async t => {
	const {said, recap} = await run(
		'- {hosts: compute, max_fail_percentage: 0, tasks: [{command: look}, {debug: never}]}',
		{shell: unreachable},
	);
	same(t, said, []);
	t.is(recap.exitCode, 4);
});

test('a whole batch may fail when max_fail_percentage is 100', async t => {
	const {said} = await run(`
- hosts: compute
  serial: 1
  max_fail_percentage: 100
  tasks: [{fail: bad, when: inventory_hostname == 'kvm1'}, {debug: "{{ inventory_hostname }}"}]
`);
	same(t, said, ['bad', 'kvm2', 'kvm3']);
});

test('the strategy free keeps to any_errors_fatal and max_fail_percentage', async t => {
	for (const keyword of ['any_errors_fatal: true', 'max_fail_percentage: 0']) {
		const {said} = await run(`
- hosts: compute
  strategy: free
  ${keyword}
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - {pause: {seconds: 1}}
    - {command: look}
    - {debug: never}
`);
		t.true(said.filter(text => text === 'never').length < 2, keyword);
	}
});

test('rescue and always run for a host that cannot be reached', async t => {
	const {said} = await run(
		'- {hosts: kvm1, tasks: [{block: [{command: look}], rescue: [{debug: rescued}], always: [{debug: always}]}]}',
		{shell: unreachable},
	);
	same(t, said, ['rescued', 'always']);
});

test('retries are tries in all', async t => {
	const {events} = await run(
		'- {hosts: kvm1, tasks: [{command: look, register: r, until: false, retries: 3, ignore_errors: true}]}',
	);
	t.is(events.filter(({type}) => type === 'action-started').length, 3);
});

for (const [title, text, message] of [
	['a host that there is not', '- {hosts: "kvm1,kvm9", tasks: [{debug: a}]}', /no host or group 'kvm9'/],
	['a key that is there twice', '- hosts: kvm1\n  hosts: kvm2\n  tasks: []', /duplicate key 'hosts'/],
	['a parameter that there is not', '- {hosts: kvm1, tasks: [{stat: {pth: /a}}]}', /unknown key 'pth'/],
	[
		'a check that would lie',
		'- {hosts: kvm1, tasks: [{command: move, check_mode: true}]}',
		/Ansible keyword 'check_mode' is not supported/,
	],
] as const) {
	test(`${title} is told before anything is done`, async t => {
		t.regex(await refusal(text), message);
	});
}

for (const [title, text, message] of [
	['a group with a misspelt part', '[web]\nkvm1\n[web:childrn]\ndb\n', /childrn/],
	['a range without an end', '[web]\nnode[1:]\n', /node\[1:\]|range/],
] as const) {
	test(`an inventory that cannot be read, for ${title}, is told before anything is done`, async t => {
		const folder = await mkdtemp(join(tmpdir(), 'vacate-traps-'));
		t.teardown(() => rm(folder, {recursive: true, force: true}));
		await writeFile(join(folder, 'hosts'), text);
		const {problems} = await t.throwsAsync(loadInventory([join(folder, 'hosts')]), {instanceOf: InputError});
		t.regex(problems.map(problem => problem.message).join(), message);
		t.true(problems.every(({position}) => position !== undefined));
	});
}

test('what depends on the result of a write is left open in a plan, never guessed', async t => {
	const shell = new Echo();
	const inventory = inventoryOf('all: {hosts: {kvm1: }}');
	const {signal} = new AbortController();
	const text = '- hosts: kvm1\n  tasks: [{command: move, register: r}, {debug: moved, when: r.rc == 0}]\n';
	const {notes} = await rehearse(
		{
			playbook: readPlaybook(parseYaml('play.yml', text), steps),
			inventory,
			steps,
			given: {},
			peer: () => undefined,
			hostsOf: () => [],
			mark: id => id,
			signal,
			undoSignal: signal,
		},
		{gatherer: worldOf(shell).gatherer, shell},
	);
	t.deepEqual(
		notes.map(({kind}) => kind),
		['act', 'open'],
	);
	t.deepEqual(shell.ran, []);
});
