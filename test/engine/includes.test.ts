import test from 'ava';
import {run, same} from '../fakes/runner.ts';

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
