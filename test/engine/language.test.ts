import test from 'ava';
import {InterruptedError, UnreachableError} from '../../src/errors.ts';
import {reservedNames} from '../../src/playbook/keywords.ts';
import type {Command} from '../../src/shell/command.ts';
import {Secret} from '../../src/shell/secret.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {worldOf} from '../fakes/rig.ts';
import {Echo, run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

/** What was done, without what tells why: `task@host outcome`. */
function done(told: readonly string[]): readonly string[] {
	return told.map(line => line.split(':')[0] ?? '');
}

test('a block that fails is rescued, always runs in any case, and the run goes on', async t => {
	const {told, said, recap} = await run(`
- hosts: compute
  tasks:
    - block:
        - name: the odd one
          fail: no luck
          when: inventory_hostname == 'kvm2'
        - debug: not for kvm2
      rescue:
        - debug: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}"
      always:
        - debug: always
    - debug: after
`);
	same(t, said, [
		...['no luck', 'not for kvm2', 'not for kvm2', 'the odd one: no luck'],
		...['always', 'always', 'always', 'after', 'after', 'after'],
	]);
	t.true(told.includes('play1.task1.task1@kvm2 failed: no luck'));
	t.is(recap.exitCode, 0);
});

test('what a rescue cannot save has failed after its always; what was done is taken back then', async t => {
	const shell = new Echo();
	const {told, recap} = await run(
		`
- hosts: kvm1
  tasks:
    - command: make
      undo: unmake
    - block:
        - block: [{fail: inner}]
          always: [{debug: inner always}]
        - debug: never
      rescue: [{fail: rescue}]
      always: [{debug: outer always}]
    - debug: never
`,
		{shell},
	);
	same(t, done(told), [
		'play1.task1@kvm1 changed',
		'play1.task2.task1.task1@kvm1 failed',
		'play1.task2.task1.always1@kvm1 ok',
		'play1.task2.rescue1@kvm1 failed',
		'play1.task2.always1@kvm1 ok',
		'play1.task1@kvm1 undone',
	]);
	same(t, shell.ran, ['kvm1: make', 'kvm1: unmake']);
	t.is(recap.exitCode, 4);
});

test('rescue and always also run for a host that cannot be reached', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	shell.run = async command => {
		if (command.host === 'kvm2') throw new UnreachableError('kvm2', 'no answer');
		return inner(command);
	};
	const {said, recap} = await run(
		`
- hosts: compute
  tasks:
    - block: [{command: look}]
      rescue: [{debug: "{{ inventory_hostname }}: {{ ansible_failed_result is unreachable }}"}]
      always: [{debug: always}]
    - command: look
      ignore_unreachable: true
      ignore_errors: false
      register: r
    - debug: "{{ r is unreachable }}"
      when: inventory_hostname == 'kvm2'
`,
		{shell},
	);
	same(t, said, ['kvm2: True', 'always', 'always', 'always', true]);
	t.is(recap.exitCode, 0);
});

test('to ignore errors is not to ignore that a host cannot be reached', async t => {
	const shell = new Echo();
	shell.run = async ({host}: Command) => {
		throw new UnreachableError(host, 'no answer');
	};
	const {told} = await run('- {hosts: kvm1, tasks: [{command: look, ignore_errors: true}, {debug: never}]}', {shell});
	same(t, done(told), ['play1.task1@kvm1 unreachable']);
});

test('handlers run once for the hosts that notified them, in the order in which they are written', async t => {
	const {told, said} = await run(`
- hosts: compute
  pre_tasks:
    - command: one
      notify: second
  tasks:
    - command: two
      notify: [first, a topic]
      when: inventory_hostname != 'kvm3'
    - command: three
      notify: first
      changed_when: inventory_hostname == 'kvm1'
    - meta: flush_handlers
    - debug: after the flush
    - command: four
      notify: first
  post_tasks:
    - debug: post
  handlers:
    - name: first
      debug: "first {{ inventory_hostname }}"
    - name: second
      debug: "second {{ inventory_hostname }}"
    - name: third
      listen: a topic
      debug: "third {{ inventory_hostname }}"
`);
	same(t, said, [
		...['second kvm1', 'second kvm2', 'second kvm3'],
		...['first kvm1', 'first kvm2', 'third kvm1', 'third kvm2'],
		...['after the flush', 'after the flush', 'after the flush'],
		...['first kvm1', 'first kvm2', 'first kvm3'],
		...['post', 'post', 'post'],
	]);
	t.true(told.includes('play1.handler1@kvm1~2 ok'), 'the second time has an id of its own');
});

test('a host that has failed runs what it notified only when handlers are forced', async t => {
	const text = (force: boolean) => `
- hosts: kvm1
  force_handlers: ${force}
  tasks:
    - command: one
      notify: h
    - fail: enough
  handlers:
    - {name: h, debug: handled}
`;
	same(t, (await run(text(false))).said, ['enough']);
	const forced = await run(text(true));
	same(t, forced.said, ['enough', 'handled']);
	t.is(forced.recap.exitCode, 4);
});

const tagged = `
- hosts: kvm1
  tags: [play]
  tasks:
    - {debug: always, tags: always}
    - {debug: never, tags: [never, deep]}
    - block: [{debug: one, tags: one}, {debug: plain}]
      tags: block
- hosts: kvm1
  tasks:
    - debug: untagged
`;

for (const [only, skip, expected] of [
	[[], [], ['always', 'one', 'plain', 'untagged']],
	[['all'], [], ['always', 'one', 'plain', 'untagged']],
	[['one'], [], ['always', 'one']],
	[['block'], [], ['always', 'one', 'plain']],
	[['deep'], [], ['always', 'never']],
	[['never'], [], ['always', 'never']],
	[['tagged'], [], ['always', 'one', 'plain']],
	[['untagged'], [], ['always', 'untagged']],
	[['nothing'], [], ['always']],
	[[], ['one'], ['always', 'plain', 'untagged']],
	[[], ['always'], ['one', 'plain', 'untagged']],
	[[], ['tagged'], ['untagged']],
	[[], ['untagged'], ['always', 'one', 'plain']],
	[[], ['all'], ['always']],
	[['block'], ['one'], ['always', 'plain']],
	[['play'], ['block'], ['always', 'never']],
] as const) {
	test(`--tags ${only} --skip-tags ${skip} leaves ${expected}`, async t => {
		const {said} = await run(tagged, {input: {tags: {only, skip}}});
		same(t, said, expected);
	});
}

for (const [serial, expected] of [
	['1', ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']],
	['2', ['a1', 'a2', 'b1', 'b2', 'a3', 'b3']],
	['[1, 2]', ['a1', 'b1', 'a2', 'a3', 'b2', 'b3']],
	['50%', ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']],
	['100%', ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']],
	['"{{ 1 + 1 }}"', ['a1', 'a2', 'b1', 'b2', 'a3', 'b3']],
] as const) {
	test(`serial: ${serial} takes the hosts in batches`, async t => {
		const {said} = await run(
			`- {hosts: compute, serial: ${serial}, tasks: [{debug: "a{{ inventory_hostname[3] }}"}, {debug: "b{{ inventory_hostname[3] }}"}]}`,
		);
		same(t, said, expected);
	});
}

for (const [order, expected] of [
	['inventory', ['kvm1', 'kvm2', 'kvm3']],
	['reverse_sorted', ['kvm3', 'kvm2', 'kvm1']],
	['reverse_inventory', ['kvm3', 'kvm2', 'kvm1']],
	['sorted', ['kvm1', 'kvm2', 'kvm3']],
	['shuffle', ['kvm3', 'kvm2', 'kvm1']],
] as const) {
	test(`order: ${order}`, async t => {
		let left = 3;
		const random = () => left-- / 10;
		const {said} = await run(
			`- {hosts: compute, order: ${order}, serial: 1, tasks: [{debug: "{{ inventory_hostname }}"}]}`,
			{
				input: {random},
			},
		);
		same(t, said, expected);
	});
}

for (const [percentage, expected] of [
	[0, ['bad']],
	[33, ['bad']],
	[34, ['bad', 'kvm2', 'kvm3']],
	[100, ['bad', 'kvm2', 'kvm3']],
] as const) {
	test(`max_fail_percentage: ${percentage} must be exceeded by one of three`, async t => {
		const {said} = await run(`
- hosts: compute
  max_fail_percentage: ${percentage}
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
`);
		same(t, said, expected);
	});
}

test('a batch of which all have failed ends the run, unless max_fail_percentage lets it', async t => {
	const text = (more: string) => `
- hosts: compute
  serial: 1
  ${more}
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
- hosts: compute
  tasks: [{debug: "next {{ inventory_hostname }}"}]
`;
	same(t, (await run(text(''))).said, ['bad']);
	const allowed = await run(text('max_fail_percentage: 100'));
	same(t, allowed.said, ['bad', 'kvm2', 'kvm3', 'next kvm2', 'next kvm3']);
});

test('any_errors_fatal stops all hosts after the task; always still runs, and rescue saves all', async t => {
	const fatal = await run(`
- hosts: compute
  any_errors_fatal: true
  tasks:
    - block:
        - {fail: bad, when: inventory_hostname == 'kvm1'}
        - debug: never
      always:
        - debug: "always {{ inventory_hostname }}"
    - debug: never
- hosts: compute
  tasks: [{debug: never}]
`);
	same(t, fatal.said, ['bad', 'always kvm1', 'always kvm2', 'always kvm3']);
	t.is(fatal.recap.exitCode, 3);
	const rescued = await run(`
- hosts: compute
  any_errors_fatal: true
  tasks:
    - block: [{fail: bad, when: inventory_hostname == 'kvm1'}, {debug: never}]
      rescue: [{debug: "rescue {{ inventory_hostname }}"}]
    - debug: after
`);
	same(t, rescued.said, ['bad', 'rescue kvm1', 'rescue kvm2', 'rescue kvm3', 'after', 'after', 'after']);
	t.is(rescued.recap.exitCode, 0);
});

test('run_once is done for the first host, and holds for all', async t => {
	const shell = new Echo();
	const {said} = await run(
		`
- hosts: compute
  tasks:
    - {command: echo once, run_once: true, register: r}
    - {set_fact: {f: "{{ inventory_hostname }}"}, run_once: true}
    - debug: "{{ r.stdout }} {{ f }}"
    - {fail: bad, run_once: true}
    - debug: never
`,
		{shell},
	);
	same(t, shell.ran, ['kvm1: echo once']);
	same(t, said, ['once kvm1', 'once kvm1', 'once kvm1', 'bad']);
});

test('throttle lets no more hosts than it says do a task at once, under each strategy', async t => {
	for (const strategy of ['linear', 'free', 'host_pinned']) {
		const shell = new Echo();
		await run(`- {hosts: compute, strategy: ${strategy}, tasks: [{command: say, throttle: 2}]}`, {
			shell,
		});
		t.is(shell.ran.length, 3);
		t.is(shell.most, 2, strategy);
	}
});

test('with the strategy free no host waits for another', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	let release: () => void = () => {};
	const others = new Promise<void>(resolve => {
		release = resolve;
	});
	shell.run = async (command, options) => {
		if (command.host === 'kvm1' && command.argv[0] === 'first') await others;
		if (command.host === 'kvm3' && command.argv[0] === 'second') release();
		return inner(command, options);
	};
	const {recap} = await run('- {hosts: compute, strategy: free, tasks: [{command: first}, {command: second}]}', {
		shell,
	});
	same(t, shell.ran.slice(-2), ['kvm1: first', 'kvm1: second']);
	t.is(recap.exitCode, 0);
});

test('a host is ended, a batch, a play, without a failure', async t => {
	const text = (action: string, when: string) => `
- hosts: compute
  serial: 2
  tasks:
    - {meta: ${action}, when: ${when}}
    - debug: "{{ inventory_hostname }}"
- hosts: kvm1
  tasks: [{debug: next}]
`;
	const host = "inventory_hostname == 'kvm1'";
	same(t, (await run(text('end_host', host))).said, ['kvm2', 'kvm3', 'next']);
	same(t, (await run(text('end_batch', host))).said, ['kvm3', 'next']);
	const ended = await run(text('end_play', host));
	same(t, ended.said, ['next']);
	t.is(ended.recap.exitCode, 0);
	same(t, (await run(text('end_play', 'false'))).said, ['kvm1', 'kvm2', 'kvm3', 'next']);
});

test('clear_host_errors lets failed hosts take part in the plays that follow', async t => {
	const {said} = await run(`
- hosts: compute
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - meta: clear_host_errors
    - debug: "{{ inventory_hostname }}"
- hosts: compute
  tasks: [{debug: "next {{ inventory_hostname }}"}]
`);
	same(t, said, ['bad', 'kvm2', 'kvm3', 'next kvm1', 'next kvm2', 'next kvm3']);
});

test('the tasks of other files, imported and included, with what they are given', async t => {
	const files = {
		'tasks.yml': '- debug: "{{ given }} {{ inventory_hostname }}"\n',
		'kvm1.yml': '- debug: only kvm1\n',
		'rest.yml': '- debug: the rest\n',
		'loop.yml': '- debug: "{{ item }} {{ given | default(0) }}"\n',
		'other.yml': '- hosts: kvm2\n  vars: {a: 1, b: 1}\n  tasks: [{debug: "{{ a }} {{ b }}"}]\n',
	};
	const {said, told} = await run(
		`
- hosts: [kvm1, kvm2]
  tasks:
    - import_tasks: tasks.yml
      vars: {given: imported}
      when: inventory_hostname == 'kvm2'
    - include_tasks: "{{ 'kvm1' if inventory_hostname == 'kvm1' else 'rest' }}.yml"
    - include_tasks: {file: loop.yml}
      loop: [x, y]
      vars: {given: "{{ item }}{{ item }}"}
    - include_tasks: nowhere.yml
      when: false
- import_playbook: other.yml
  vars: {b: 2}
`
			.replace('nowhere.yml', '{{ "nowhere" }}.yml')
			.replace('include_tasks: {{', "include_tasks: '{{")
			.replace('}}.yml\n      when: false', "}}.yml'\n      when: false"),
		{files},
	);
	same(t, said, ['imported kvm2', 'only kvm1', 'the rest', 'x xx', 'x xx', 'y yy', 'y yy', '1 2']);
	t.true(told.includes('play1.task3#2.task1@kvm1 ok'));
	t.true(told.includes('play2.task1@kvm2 ok'));
});

test('a file may include itself until a condition ends it; without end it is a mistake', async t => {
	const {said} = await run('- {hosts: kvm1, vars: {n: 0}, tasks: [{set_fact: {n: 3}}, {include_tasks: down.yml}]}', {
		files: {
			'down.yml': '- debug: "{{ n }}"\n- set_fact: {n: "{{ n - 1 }}"}\n- include_tasks: down.yml\n  when: n > 0\n',
		},
	});
	same(t, said, [3, 2, 1]);
	const endless = await run('- {hosts: kvm1, tasks: [{include_tasks: again.yml}]}', {
		files: {'again.yml': '- include_tasks: again.yml\n'},
	});
	t.regex(endless.told.at(-1) ?? '', /include_tasks exceeds the limit of \d+ nested files/);
});

test('variables of files: of the play, and included from a task on', async t => {
	const {said} = await run(
		`
- hosts: [kvm1, kvm3]
  vars: {a: play, b: play, c: play}
  vars_files: [one.yml, [nowhere.yml, "{{ rack | default('none') }}.yml"]]
  tasks:
    - debug: "{{ a }} {{ b }} {{ c }}"
    - include_vars: more.yml
    - include_vars: {file: more.yml, name: all_of_it}
    - {debug: "{{ a }} {{ c }} {{ all_of_it.c }}", vars: {c: task}}
`,
		{
			files: {
				'one.yml': 'a: one\nb: one\n',
				'none.yml': 'b: none\n',
				'b.yml': 'b: "{{ inventory_hostname }}"\n',
				'more.yml': 'c: "more {{ a }}"\n',
			},
		},
	);
	same(t, said, ['one none play', 'one kvm3 play', 'one more one more one', 'one more one more one']);
});

test('the first of these that has a name wins', async t => {
	const levels = [
		{given: {v: 'given'}},
		{include: '{v: include}'},
		{fact: '{v: fact}'},
		{file: 'v: included\n'},
		{task: '{v: task}'},
		{block: '{v: block}'},
		{varsFile: 'v: vars_files\n'},
		{play: '{v: play}'},
		{inventory: 'inventory'},
	] as const;
	for (const [index] of levels.entries()) {
		const has = <Key extends string>(key: Key): string | undefined =>
			(levels.slice(index) as readonly Record<string, unknown>[])
				.map(level => level[key])
				.find(value => value !== undefined) as string | undefined;
		const {said} = await run(
			`
- hosts: kvm3
  vars: ${has('play') ?? '{}'}
  ${has('varsFile') === undefined ? '' : 'vars_files: [vars.yml]'}
  tasks:
    ${has('fact') === undefined ? '' : '- set_fact: {v: fact}'}
    ${has('file') === undefined ? '' : '- include_vars: included.yml'}
    - include_tasks: show.yml
      vars: ${has('include') ?? '{}'}
`,
			{
				given: index === 0 ? {v: 'given'} : {},
				files: {
					'vars.yml': has('varsFile') ?? '',
					'included.yml': has('file') ?? '',
					'show.yml': `- block: [{debug: "{{ v | default(rack) }}", vars: ${has('task') ?? '{}'}}]\n  vars: ${has('block') ?? '{}'}\n`,
				},
			},
		);
		const [level = {}] = levels.slice(index);
		const names: Readonly<Record<string, string>> = {file: 'included', varsFile: 'vars_files', inventory: 'b'};
		const [key = ''] = Object.keys(level);
		same(t, said, [names[key] ?? key]);
	}
});

test('hostvars and the other names that every host brings along', async t => {
	const {said} = await run(`
- hosts: compute
  name: the play
  serial: 2
  tasks:
    - set_fact: {mine: "{{ inventory_hostname }}!"}
    - debug: "{{ hostvars['kvm1'].mine }} {{ hostvars.kvm3.rack }} {{ 'mine' in hostvars.kvm3 }}"
      when: inventory_hostname == 'kvm2'
    - debug: "{{ [ansible_play_batch, ansible_play_hosts_all | length, play_hosts | length, ansible_play_name] }}"
      run_once: true
    - debug: "{{ groups.compute | map('extract', hostvars) | map(attribute='rack', default='-') | list }}"
      when: inventory_hostname == 'kvm3'
`);
	same(t, said, ['kvm1! b False', [['kvm1', 'kvm2'], 3, 2, 'the play'], [['kvm3'], 3, 1, 'the play'], ['-', '-', 'b']]);
});

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

test('a command whose file is there is not run, nor taken back', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'a');
	const shell = new FakeShell(world);
	const {told, said} = await run(
		`
- hosts: kvm1
  tasks:
    - command: {cmd: "true", creates: /images/a-0.qcow2}
      undo: rm --force -- /images/a-0.qcow2
      register: r
    - {shell: {cmd: "true", removes: /nowhere}, register: s}
    - debug: "{{ r is changed }} {{ r.stdout }}; {{ s is changed }} {{ s.stdout }}"
    - stat: /images/a-0.qcow2
      register: r
    - debug: "{{ r.stat.exists }} {{ r.stat.isreg }}"
    - fail: enough
`,
		{shell},
	);
	same(t, said, [
		'False skipped, since /images/a-0.qcow2 exists; False skipped, since /nowhere does not exist',
		'True True',
		'enough',
	]);
	same(t, shell.writes(), []);
	t.true(world.host('kvm1').files.has('/images/a-0.qcow2'));
	t.true(told.includes('play1.task1@kvm1 undone'));
});

test('parameters of Ansible within the text of a command are a mistake, as they would be arguments', async t => {
	const {told} = await run('- {hosts: kvm1, tasks: [{command: touch /a creates=/a}]}');
	same(t, told, ['play1.task1@kvm1 failed: creates= inside the command string is passed as an argument']);
});

test('a port or a file is waited for, and given up on in time', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	let answers = 0;
	shell.run = async (command, options) => {
		const outcome = await inner(command, options);
		answers += 1;
		return {...outcome, end: 'exited', code: answers === 3 ? 0 : 1};
	};
	const {told} = await run(
		`
- hosts: kvm1
  tasks:
    - wait_for: {port: 22, sleep: 5, timeout: 60}
    - wait_for: {path: /a, timeout: 3, state: present}
      ignore_errors: true
    - wait_for: {path: /a, state: absent}
    - wait_for: {path: /a, port: 1}
`,
		{shell},
	);
	same(t, told, [
		'play1.task1@kvm1 ok',
		'play1.task2@kvm1 failed: timed out after 3 s: /a is not available',
		'play1.task3@kvm1 ok',
		'play1.task4@kvm1 failed: wait_for requires exactly one of port and path',
	]);
	t.regex(shell.ran[0] ?? '', /bash 127\.0\.0\.1 22$/);
});

test('a command with undo that fails is taken back at once, before it is tried again or rescued', async t => {
	const shell = new Echo();
	const {recap} = await run(
		`
- hosts: kvm1
  tasks:
    - block:
        - {command: fail, undo: unmake, retries: 2}
      rescue: [{command: rescue}]
    - {fail: enough}
`,
		{shell},
	);
	same(t, shell.ran, ['kvm1: fail', 'kvm1: unmake', 'kvm1: fail', 'kvm1: unmake', 'kvm1: rescue']);
	t.is(recap.exitCode, 4);
});

test('an undo that fails leaves the run stuck', async t => {
	const {recap, told} = await run(
		'- {hosts: kvm1, tasks: [{command: fail, undo: fail, ignore_errors: true}, {debug: never}]}',
	);
	t.is(recap.exitCode, 5);
	t.regex(told.at(-1) ?? '', /stuck: command could not be undone: fail on kvm1: exit code 1/);
});

test('a text file beside the playbook is copied as it is', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	const text = '{{ not.a.template }}\n';
	const {told} = await run(
		'- {hosts: [kvm1, kvm2], tasks: [{copy: {src: hook.sh, dest: "/etc/{{ inventory_hostname }}"}}, {copy: {src: hook.sh, dest: "/etc/{{ inventory_hostname }}"}}]}',
		{shell: new FakeShell(world), files: {'files/hook.sh': text}},
	);
	t.is(world.host('kvm2').files.get('/etc/kvm2')?.data, text);
	same(t, done(told), [
		'play1.task1@kvm1 changed',
		'play1.task1@kvm2 changed',
		'play1.task2@kvm1 skipped',
		'play1.task2@kvm2 skipped',
	]);
});

test('an include says in apply what holds for all of its tasks', async t => {
	const {said, told} = await run(
		`
- hosts: kvm1
  tasks:
    - include_tasks:
        file: more.yml
        apply: {vars: {who: "{{ inventory_hostname }}"}, when: who is defined, ignore_errors: true, tags: [deep]}
      tags: always
`,
		{
			files: {
				'more.yml': '- debug: "{{ who }}"\n- {fail: bad, when: 1 > 0}\n- {debug: never, when: false}\n- debug: end',
			},
			input: {tags: {only: ['deep'], skip: []}},
		},
	);
	same(t, said, ['kvm1', 'bad', 'end']);
	t.true(told.includes('play1.task1.task3@kvm1 skipped: condition is false: false'));
});

test('the recap counts failures that were rescued and ignored by themselves', async t => {
	const {recap} = await run(`
- hosts: kvm1
  tasks:
    - {fail: one, ignore_errors: true}
    - {block: [{fail: two}], rescue: [{debug: three}]}
`);
	t.like(recap.hosts.kvm1, {ok: 1, failed: 0, ignored: 1, rescued: 1});
	t.is(recap.exitCode, 0);
});

/** Remembers commands as they are. */
class Listening extends Echo {
	readonly commands: Command[] = [];

	override async run(command: Command) {
		this.commands.push(command);
		return super.run(command);
	}
}

test('a secret goes to the input and the environment of commands, and is shown nowhere', async t => {
	const shell = new Listening();
	const {events, journal, recap} = await run(
		`
- hosts: kvm1
  environment: {PGPASSWORD: "{{ password }}", PGUSER: root}
  tasks:
    - command: {cmd: createuser web, stdin: "{{ password }}\\n"}
      register: made
    - debug: "it is {{ password }}"
    - set_fact: {kept: "{{ password }}"}
    - assert: {that: kept == 'hunter2'}
`,
		{shell, given: {password: new Secret('hunter2')}},
	);
	t.is(recap.exitCode, 0);
	const [command] = shell.commands;
	const {PGPASSWORD: password, PGUSER: user} = command?.environment ?? {};
	t.is(user, 'root');
	t.is(password instanceof Secret ? password.reveal() : '', 'hunter2');
	t.deepEqual(command?.argv, ['createuser', 'web']);
	t.is(command?.stdin instanceof Secret ? command.stdin.reveal() : '', 'hunter2\n');
	t.notRegex(JSON.stringify([events, journal.records, shell.commands, recap]), /hunter2/);
	t.regex(JSON.stringify(events), /"msg":"\*\*\*"/);
});

for (const [title, task, message] of [
	['a word of a command', 'command: echo {{ password }}', /a secret is not allowed here, because others could see it/],
	[
		'a line of a shell',
		'shell: {cmd: "echo {{ password }}"}',
		/a secret is not allowed here, because others could see it/,
	],
	[
		'a file',
		'copy: {dest: /a, content: "{{ password }}"}',
		/a secret is not allowed here, because others could see it/,
	],
	['several lines in the environment', '{command: a, environment: {A: "{{ password }}\\n"}}', /multi-line secret/],
] as const) {
	test(`a secret cannot be ${title}: that is seen, or kept`, async t => {
		const shell = new Listening();
		const {told, recap} = await run(`- hosts: kvm1\n  tasks:\n    - ${task}\n`, {
			shell,
			given: {password: new Secret('hunter2')},
		});
		t.regex(told.join(), message);
		t.notRegex(told.join(), /hunter2/);
		t.is(recap.exitCode, 3);
		same(t, shell.commands, []);
	});
}

test('a pause waits for an answer, and for nobody where there is none', async t => {
	const asked: string[] = [];
	const operator = {
		tell: (text: string) => void asked.push(text),
		ask: async (question: string, kind: string) => {
			asked.push(`${question} (${kind})`);
			return 'yes';
		},
	};
	const text = `
- hosts: compute
  tasks:
    - pause: {prompt: Go on?}
      register: answer
    - pause: {seconds: 5, prompt: Waiting for storage}
    - pause: {prompt: Password, echo: false}
      register: hidden
    - debug: "{{ answer.user_input }} {{ hidden.user_input }}"
      run_once: true
`;
	const world = worldOf(new Echo());
	const {said, events, journal} = await run(text, {input: {world: {...world, operator}}});
	same(t, asked, ['Go on? (shown)', 'Waiting for storage', 'Password (secret)']);
	t.is(JSON.stringify(said), '["***"]');
	t.notRegex(
		JSON.stringify([events.filter(({type}) => type === 'action-ended').slice(2), journal.records.slice(-4)]),
		/yes/,
	);
	const alone = await run(text);
	t.regex(alone.told.join(), /cannot ask without a terminal: Go on\?/);
	t.not(alone.recap.exitCode, 0);
});
