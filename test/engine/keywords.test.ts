import test from 'ava';
import {keywordDocs} from '../../src/playbook/keyword-docs.ts';
import {controls} from '../../src/playbook/keywords.ts';
import {run, same} from '../fakes/runner.ts';

// Every keyword by itself: a small playbook, and what debug says in it. What they do together is in language.test.ts, and
// held against Ansible in test/conformance/.

type Row = {
	readonly text: string;
	readonly said: readonly unknown[];
	readonly files?: Readonly<Record<string, string>>;
};

const tasks = (...lines: readonly string[]) =>
	`- hosts: kvm1\n  tasks:\n${lines.map(line => `    - ${line}\n`).join('')}`;
const host = '"{{ inventory_hostname }}"';

const rows: Readonly<Record<string, Row>> = {
	name: {text: tasks('{name: one, fail: x, ignore_errors: true}'), said: ['x']},
	vars: {text: tasks('{debug: "{{ a }}", vars: {a: 1}}'), said: [1]},
	tags: {text: tasks('{debug: a, tags: [never, x]}', '{debug: b, tags: always}'), said: ['b']},
	environment: {text: tasks('{command: look, environment: {A: b}}', 'debug: a'), said: ['a']},
	ignore_errors: {text: tasks('{fail: a, ignore_errors: true}', 'debug: b'), said: ['a', 'b']},
	ignore_unreachable: {text: tasks('{command: look, ignore_unreachable: true}', 'debug: b'), said: ['b']},
	any_errors_fatal: {
		text: `- hosts: compute\n  any_errors_fatal: true\n  tasks: [{fail: a, when: inventory_hostname == 'kvm2'}, {debug: b}]`,
		said: ['a'],
	},
	run_once: {text: `- {hosts: compute, tasks: [{debug: ${host}, run_once: true}]}`, said: ['kvm1']},
	no_log: {text: tasks('{debug: a, no_log: true}', 'debug: b'), said: ['b']},
	throttle: {text: `- {hosts: compute, tasks: [{debug: ${host}, throttle: 1}]}`, said: ['kvm1', 'kvm2', 'kvm3']},
	timeout: {text: tasks('{command: look, timeout: 5 s}', 'debug: a'), said: ['a']},
	become: {text: tasks('{command: look, become: true}', 'debug: a'), said: ['a']},
	become_user: {text: tasks('{command: look, become: true, become_user: nobody}', 'debug: a'), said: ['a']},
	become_method: {text: tasks('{command: look, become: true, become_method: sudo}', 'debug: a'), said: ['a']},
	connection: {text: tasks('{command: look, connection: local}', 'debug: a'), said: ['a']},
	when: {text: tasks('{debug: a, when: 1 > 2}', '{debug: b, when: [true, 2 > 1]}'), said: ['b']},
	notify: {
		text: `${tasks('{command: look, notify: h}', 'debug: a')}  handlers: [{name: h, debug: b}]`,
		said: ['a', 'b'],
	},
	delegate_to: {text: tasks('{command: look, delegate_to: kvm2, register: r}', 'debug: "{{ r.stdout }}"'), said: ['']},
	loop: {text: tasks('{debug: "{{ item }}", loop: [1, 2]}'), said: [1, 2]},
	loop_control: {
		text: tasks(
			'{debug: "{{ n }} {{ i }} {{ ansible_loop.last }}", loop: [7, 8], loop_control: {loop_var: n, index_var: i, extended: true, pause: 1 s, label: "{{ n }}", break_when: n == 9}}',
		),
		said: ['7 0 False', '8 1 True'],
	},
	register: {text: tasks('{command: look here, register: r}', 'debug: "{{ r.stdout }}"'), said: ['here']},
	retries: {
		text: tasks('{command: fail, retries: 2, ignore_errors: true, register: r}', 'debug: "{{ r.attempts }}"'),
		said: [2],
	},
	delay: {text: tasks('{command: fail, retries: 2, delay: 1 s, ignore_errors: true}', 'debug: a'), said: ['a']},
	until: {
		text: tasks('{command: look, until: r.attempts is undefined, register: r}', 'debug: "{{ r.attempts }}"'),
		said: [1],
	},
	changed_when: {
		text: tasks('{command: look, changed_when: false, register: r}', 'debug: "{{ r is changed }}"'),
		said: [false],
	},
	failed_when: {text: tasks('{command: fail, failed_when: r.rc > 1, register: r}', 'debug: "{{ r.rc }}"'), said: [1]},
	undo: {text: tasks('{command: look, undo: back}', 'debug: a'), said: ['a']},
	check: {text: tasks('{command: look, check: seen}', 'debug: a'), said: ['a']},
	listen: {
		text: `${tasks('{command: look, notify: topic}')}  handlers: [{name: h, listen: topic, debug: b}]`,
		said: ['b'],
	},
	block: {text: tasks('block: [{debug: a}, {debug: b}]'), said: ['a', 'b']},
	rescue: {text: tasks('{block: [{fail: a}], rescue: [{debug: b}]}'), said: ['a', 'b']},
	always: {text: tasks('{block: [{debug: a}], always: [{debug: b}]}'), said: ['a', 'b']},
	hosts: {text: `- {hosts: "compute:!kvm2", tasks: [{debug: ${host}}]}`, said: ['kvm1', 'kvm3']},
	tasks: {text: tasks('debug: a'), said: ['a']},
	pre_tasks: {text: '- {hosts: kvm1, tasks: [{debug: b}], pre_tasks: [{debug: a}]}', said: ['a', 'b']},
	post_tasks: {text: '- {hosts: kvm1, post_tasks: [{debug: b}], tasks: [{debug: a}]}', said: ['a', 'b']},
	handlers: {
		text: `${tasks('{command: look, notify: h}')}  handlers: [{name: h, debug: h}, {name: i, debug: i}]`,
		said: ['h'],
	},
	force_handlers: {
		text: `${tasks('{command: look, notify: h}', 'fail: a')}  force_handlers: true\n  handlers: [{name: h, debug: h}]`,
		said: ['a', 'h'],
	},
	vars_files: {
		text: '- {hosts: kvm1, vars_files: [[no.yml, v.yml]], tasks: [{debug: "{{ a }}"}]}',
		said: [1],
		files: {'v.yml': 'a: 1'},
	},
	serial: {
		text: `- {hosts: compute, serial: 2, tasks: [{debug: ${host}}, {debug: b}]}`,
		said: ['kvm1', 'kvm2', 'b', 'b', 'kvm3', 'b'],
	},
	max_fail_percentage: {
		text: `- hosts: compute\n  max_fail_percentage: 20\n  tasks: [{fail: a, when: inventory_hostname == 'kvm2'}, {debug: b}]`,
		said: ['a'],
	},
	strategy: {text: `- {hosts: kvm1, strategy: free, tasks: [{debug: a}]}`, said: ['a']},
	order: {text: `- {hosts: compute, order: reverse_sorted, tasks: [{debug: ${host}}]}`, said: ['kvm3', 'kvm2', 'kvm1']},
	gather_facts: {text: '- {hosts: kvm1, gather_facts: false, tasks: [{debug: a}]}', said: ['a']},
	remote_user: {text: '- {hosts: kvm1, remote_user: root, tasks: [{debug: a}]}', said: ['a']},
	port: {text: '- {hosts: kvm1, port: 2222, tasks: [{debug: a}]}', said: ['a']},
	import_playbook: {text: '- import_playbook: p.yml', said: ['a'], files: {'p.yml': tasks('debug: a')}},
	import_tasks: {text: tasks('import_tasks: t.yml'), said: ['a'], files: {'t.yml': '- debug: a'}},
	include_tasks: {
		text: tasks('{include_tasks: "{{ item }}.yml", loop: [t, u]}'),
		said: ['a', 'b'],
		files: {'t.yml': '- debug: a', 'u.yml': '- debug: b'},
	},
	include_vars: {
		text: tasks('include_vars: {file: v.yml, name: of}', 'debug: "{{ of.a }}"'),
		said: [1],
		files: {'v.yml': 'a: 1'},
	},
	meta: {text: tasks('debug: a', 'meta: end_host', 'debug: b'), said: ['a']},
};

for (const [keyword, {text, said, files = {}}] of Object.entries(rows)) {
	test(`${keyword} by itself`, async t => {
		const done = await run(text, {files, forks: 1});
		same(
			t,
			done.said.filter(message => message !== 'exit code 1'),
			said,
		);
	});
}

test('no keyword is left out', t => {
	t.deepEqual(Object.keys(rows).sort(), [...keywordDocs.keys(), ...Object.keys(controls)].sort());
});
