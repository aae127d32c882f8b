import test from 'ava';
import {InterruptedError} from '../../src/errors.ts';
import {reservedNames} from '../../src/playbook/reserved-names.ts';
import type {Command} from '../../src/shell/command.ts';
import {worldOf} from '../fakes/rig.ts';
import {done, Echo, run, same} from '../fakes/runner.ts';

test('a loop tells where it is, waits between its items, and can end early', async t => {
	const {said, told} = await run(`
- hosts: kvm1
  tasks:
    - debug: "{{ n }} {{ x }} {{ ansible_loop.revindex }} {{ ansible_loop.last }} {{ ansible_loop.nextitem | default('-') }}"
      loop: [a, b, c]
      loop_control: {loop_var: x, index_var: n, extended: true, pause: 1 s, break_when: x == 'b'}
    - debug: never
      loop: []
    - debug: never
      loop: "{{ nowhere.at.all }}"
      when: nowhere is defined
    - set_fact: {sum: "{{ sum | default(0) + item }}"}
      loop: [1, 2, 3]
    - debug: "{{ sum }}"
`);
	same(t, said, ['0 a 3 False b', '1 b 2 False c', 6]);
	t.true(told.includes('play1.task2@kvm1 skipped: no items in the list'));
	t.true(told.includes('play1.task3@kvm1 skipped: condition is false: nowhere is defined'));
});

test('commands have the environment and the time that the task gives them', async t => {
	const shell = new Echo();
	const commands: Command[] = [];
	const inner = shell.run.bind(shell);
	shell.run = async (command, options) => {
		commands.push(command);
		return inner(command, options);
	};
	await run(
		`
- hosts: kvm1
  environment: {A: play, B: play}
  timeout: 10
  tasks:
    - command: one
      environment: {B: "{{ inventory_hostname }}"}
    - command: {cmd: "two 'a  b' c\\\\ d", stdin: hello}
      timeout: 1 min
    - shell: three | four
`,
		{shell},
	);
	t.like(commands, [
		{argv: ['one'], environment: {A: 'play', B: 'kvm1'}, timeoutMs: 10_000},
		{argv: ['two', 'a  b', 'c d'], stdin: 'hello', timeoutMs: 60_000},
		{argv: ['/bin/sh', '-c', 'three | four']},
	]);
});

test('nothing is told of a task with no_log, not even in the journal', async t => {
	const secret = 'hunter2';
	const {events, journal, said} = await run(
		`
- hosts: kvm1
  no_log: true
  tasks:
    - command: "echo {{ item }}"
      loop: ["{{ secret }}"]
      register: r
    - command: "fail {{ secret }}"
      ignore_errors: true
    - debug: "{{ r.results[0].stdout | length }}"
      no_log: false
    - debug: "{{ secret | nothing_like_it }}"
      when: false
`.replace(' | nothing_like_it', ''),
		{given: {secret}},
	);
	t.false(JSON.stringify([events, journal.records]).includes(secret));
	same(t, said, [secret.length]);
});

test('whoever is asked before each task says yes, no, or no more questions', async t => {
	const answers = ['no', 'yes', 'all'] as const;
	const asked: string[] = [];
	const ask = async (task: string) => {
		asked.push(task);
		return answers[asked.length - 1] ?? 'no';
	};
	const {said} = await run(
		'- {hosts: kvm1, tasks: [{name: a, debug: 1}, {name: b, debug: 2}, {name: "c {{ 1 + 1 }}", debug: 3}, {name: d, debug: 4}]}',
		{input: {ask}},
	);
	same(t, asked, ['a', 'b', 'c 2']);
	same(t, said, [2, 3, 4]);
});

test('only the hosts of the limit take part', async t => {
	const {said} = await run(
		'- {hosts: compute, tasks: [{debug: "{{ inventory_hostname }} {{ groups.all | length }}"}]}',
		{
			input: {limit: {pattern: 'kvm2', hosts: new Set(['kvm2'])}},
		},
	);
	same(t, said, ['kvm2 3']);
});

test('a command with undo is taken back when its host fails later, the last first', async t => {
	const shell = new Echo();
	const {told, recap} = await run(
		`
- hosts: kvm1
  tasks:
    - command: {argv: [make, a], chdir: /tmp}
      undo: [unmake, a]
    - shell: make b | tee log
      undo: unmake b
    - command: {argv: [fail]}
      undo: unmake c
`,
		{shell},
	);
	same(t, shell.ran.slice(3), [
		'kvm1: unmake c',
		'kvm1: /bin/sh -c unmake b',
		'kvm1: sh -c cd -- "$1" && shift && exec "$@" sh /tmp unmake a',
	]);
	t.is(told.filter(line => line.endsWith('undone')).length, 2);
	same(t, recap.irreversible, []);
	t.is(recap.exitCode, 4);
});

test('conditions of an assertion are written as those of when', async t => {
	const {told} = await run(`
- hosts: kvm1
  vars: {n: 3}
  tasks:
    - assert: {that: n == 3, success_msg: "yes"}
    - assert: {that: [n > 2, "{{ n < 4 }}", true]}
    - assert: {that: [n > 2, n > 3], fail_msg: "{{ n }} is too small"}
      ignore_errors: true
    - assert: {that: n > 3}
`);
	same(t, told, [
		'play1.task1@kvm1 ok',
		'play1.task2@kvm1 ok',
		'play1.task3@kvm1 failed: 3 is too small',
		'play1.task4@kvm1 failed: condition 1 of 1 is false',
	]);
});

test('become says who runs the commands; variables stand before keywords', async t => {
	const shell = new Echo();
	const users: unknown[] = [];
	const inner = shell.run.bind(shell);
	shell.run = async (command, options) => {
		users.push(command.becomeUser);
		return inner(command, options);
	};
	await run(
		`
- hosts: kvm1
  become: true
  tasks:
    - command: one
    - {command: two, become_user: libvirt}
    - {command: three, become: false}
    - {command: four, become_user: "{{ 'a' ~ 'b' }}", vars: {ansible_become_user: c}}
- hosts: kvm1
  tasks:
    - command: five
    - {command: six, vars: {ansible_become: true}}
`,
		{shell},
	);
	same(t, users, ['root', 'libvirt', null, 'c', undefined, 'root']);
});

test('a mistake that shows only while it runs fails its hosts, and nothing else', async t => {
	const bad = '{{ broken[inventory_hostname].value }}';
	for (const [what, task] of [
		['throttle', `{command: look, throttle: "${bad}"}`],
		['throttle that is no number', '{command: look, throttle: "{{ [1] }}"}'],
		['run_once', `{command: look, run_once: "${bad}"}`],
		['break_when', '{command: look, loop: [1, 2], loop_control: {break_when: "broken[inventory_hostname].value"}}'],
		['environment', `{command: look, environment: {A: "${bad}"}}`],
		['become', `{command: look, become: "${bad}"}`],
		['failed_when', '{command: look, failed_when: "broken[inventory_hostname].value"}'],
		['include_tasks', `{include_tasks: "${bad}"}`],
		['run_once of an include', `{include_tasks: a.yml, run_once: "${bad}"}`],
		['include_vars', `{include_vars: "${bad}"}`],
		['meta', '{meta: end_host, when: "broken[inventory_hostname].value"}'],
	] as const) {
		const {told, recap} = await run(`- {hosts: kvm1, vars: {broken: {}}, tasks: [${task}, {debug: never}]}`, {
			files: {'a.yml': '[]'},
		});
		t.regex(told.at(-1) ?? '', /failed: play\.yml:1:\d+: /, what);
		t.true(recap.exitCode === 3 || recap.exitCode === 4, what);
	}
	const {told} = await run('- {hosts: [kvm1, kvm3], vars_files: "{{ rack }}.yml", tasks: [{debug: "{{ v }}"}]}', {
		files: {'b.yml': 'v: 1\n'},
	});
	same(t, done(told), ['play1.vars_files@kvm1 failed', 'play1.task1@kvm3 ok']);
});

test('a loop that is told to stop while it waits stops', async t => {
	const stop = new AbortController();
	const shell = new Echo();
	const {recap} = await run('- {hosts: kvm1, tasks: [{command: a, loop: [1, 2], loop_control: {pause: 1}}]}', {
		shell,
		signal: stop.signal,
		input: {
			world: {
				...worldOf(shell),
				clock: {
					now: () => 0,
					sleep: async () => {
						stop.abort();
						throw new InterruptedError();
					},
				},
			},
		},
	});
	t.is(recap.exitCode, 130);
	t.is(shell.ran.length, 1);
});

test('what a condition without a value says of a command does not keep it from being taken back', async t => {
	const shell = new Echo();
	await run('- {hosts: kvm1, vars: {m: {}}, tasks: [{command: make, undo: unmake, changed_when: m.nothing}]}', {shell});
	same(t, shell.ran, ['kvm1: make', 'kvm1: unmake']);
});

test('every name that is kept for what a host brings along is brought along', async t => {
	const names = [...reservedNames].filter(name => !['ansible_loop', 'omit'].includes(name));
	const {said} = await run(
		`- {hosts: kvm1, tasks: [{debug: "{{ ${names.map(name => `[${name} is defined, '${name}']`).join(', ')} }}"}]}`
			.replace('{{ [', '{{ [[')
			.replace('] }}', ']] }}'),
		{input: {limit: {pattern: 'kvm1', hosts: new Set(['kvm1'])}}},
	);
	const [defined = []] = said as unknown as readonly (readonly [boolean, string][])[];
	same(
		t,
		defined.filter(([is]) => !is).map(([, name]) => name),
		[],
	);
	t.is(defined.length, names.length);
});

test('retries, delay and max_fail_percentage may be expressions', async t => {
	const {events} = await run(`
- hosts: kvm1
  vars: {often: 2, seconds: "7", some: 1 min}
  tasks:
    - {command: fail, retries: "{{ often }}", delay: "{{ seconds }}", ignore_errors: true}
    - {command: fail, retries: "{{ often }}", delay: "{{ some }}"}
`);
	same(
		t,
		events.flatMap(event => (event.type === 'action-retry' ? [event.delayMs] : [])),
		[7000, 60_000],
	);
	const {said} = await run(half, {given: {share: 33}});
	same(t, said, ['bad']);
	same(t, (await run(half, {given: {share: 34}})).said, ['bad', 'kvm2', 'kvm3']);
});

const half = `
- hosts: compute
  max_fail_percentage: "{{ share }}"
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
`;
