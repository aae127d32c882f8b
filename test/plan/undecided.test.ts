import test from 'ava';
import {Decisions} from '../../src/plan/document/decisions.ts';
import {Echo, run, same} from '../fakes/runner.ts';
import {inventory, markFor, planOf} from './planner.ts';

// What only the run can know is left to the run: neither refused by the plan nor planned with an earlier value.
// `open` are the tasks that the plan leaves undecided, `ran` the commands after the first one.
const cases: readonly {
	readonly what: string;
	readonly vars?: string;
	readonly tasks: string;
	readonly rest?: string;
	readonly open: readonly string[];
	readonly ran: readonly string[];
}[] = [
	{
		what: 'a fact set from a registered result',
		tasks: '[{set_fact: {p: "{{ r.stdout }}"}}, {command: "echo {{ p }}"}]',
		open: ['set_fact', 'command'],
		ran: ['echo abc'],
	},
	{
		what: 'a fact that had another value before',
		vars: '{p: old}',
		tasks: '[{set_fact: {p: "{{ r.stdout }}"}}, {command: "echo {{ p }}"}, {command: did, when: p is defined}]',
		open: ['set_fact', 'command'],
		ran: ['echo abc', 'did'],
	},
	{
		what: 'a fact set on a condition of the run',
		tasks:
			'[{set_fact: {p: x}, when: "r.stdout == \'abc\'"}, {command: "echo {{ p | default(\'none\') }}"}, {command: did, when: p is defined}]',
		open: ['set_fact', 'command', 'command'],
		ran: ['echo x', 'did'],
	},
	{
		what: 'a fact set on a condition of the run that is false',
		tasks:
			'[{set_fact: {p: x}, when: "r.stdout == \'no\'"}, {command: "echo {{ p | default(\'none\') }}"}, {command: did, when: p is undefined}]',
		open: ['set_fact', 'command', 'command'],
		ran: ['echo none', 'did'],
	},
	{
		what: 'facts, of which one is known',
		tasks: '[{set_fact: {p: "{{ r.stdout }}", q: 1}}, {command: "echo {{ q }}"}, {command: "echo {{ p }}"}]',
		open: ['set_fact', 'command'],
		ran: ['echo 1', 'echo abc'],
	},
	{
		what: 'a fact set in a loop over a result',
		tasks:
			'[{set_fact: {ps: "{{ (ps | default([])) + [item] }}"}, loop: "{{ r.stdout.split() }}"}, {command: "echo {{ item }}", loop: "{{ ps }}"}]',
		open: ['set_fact', 'command'],
		ran: ['echo abc'],
	},
	{
		what: 'a fact set for some items of a loop',
		tasks: '[{set_fact: {p: "{{ item }}"}, loop: [abc, x], when: item == r.stdout}, {command: "echo {{ p }}"}]',
		open: ['set_fact', 'command'],
		ran: ['echo abc'],
	},
	{
		what: 'a fact of another host',
		tasks: '[{set_fact: {p: "{{ r.stdout }}"}}]',
		rest: '- {hosts: kvm2, tasks: [{command: "echo {{ hostvars.kvm1.p }}"}]}',
		open: ['set_fact', 'command'],
		ran: ['echo abc'],
	},
	{
		what: 'a fact set once for all hosts, with run_once undecided',
		tasks: '[{set_fact: {p: x}, run_once: "{{ r.stdout == \'abc\' }}"}, {command: "echo {{ p }}"}]',
		open: ['set_fact', 'command'],
		ran: ['echo x'],
	},
	{
		what: 'a fact set in an include done on a condition of the run',
		tasks: '[{include_tasks: set.yml, when: "r.stdout == \'abc\'"}, {command: "echo {{ p }} {{ s.stdout }}"}]',
		open: ['include_tasks', 'command'],
		ran: ['echo set', 'echo x set'],
	},
	{
		what: 'any fact, set in an include that only the run can name',
		vars: '{p: old}',
		tasks:
			'[{include_tasks: "{{ r.stdout }}.yml"}, {command: "echo {{ p }}"}, {set_fact: {p: new}}, {command: "echo {{ p }}"}]',
		open: ['include_tasks', 'command'],
		ran: ['echo abc', 'echo new'],
	},
	{
		what: 'any variable, from a file that only the run can name',
		vars: '{p: old}',
		tasks: '[{include_vars: "{{ r.stdout }}.vars"}, {command: "echo {{ p }}"}]',
		open: ['include_vars', 'command'],
		ran: ['echo included'],
	},
	{
		what: 'one variable, with the contents of a file that only the run can name',
		vars: '{p: old}',
		tasks:
			'[{include_vars: {file: "{{ r.stdout }}.vars", name: v}}, {command: "echo {{ v.p }}"}, {command: "echo {{ p }}"}]',
		open: ['include_vars', 'command'],
		ran: ['echo included', 'echo old'],
	},
	{
		what: 'the variables of a file, on a condition of the run',
		vars: '{p: old}',
		tasks: '[{include_vars: abc.vars, when: "r.stdout != \'abc\'"}, {command: "echo {{ p }}"}]',
		open: ['include_vars', 'command'],
		ran: ['echo old'],
	},
	{
		what: 'the files of a later play, named by a fact',
		tasks: '[{set_fact: {p: "{{ r.stdout }}"}}]',
		rest: '- {hosts: kvm1, vars: {q: old}, vars_files: ["{{ p }}.vars"], tasks: [{command: "echo {{ q }}"}]}',
		open: ['set_fact', 'vars_files', 'command'],
		ran: ['echo file'],
	},
	{
		what: 'handlers of a task that is undecided',
		tasks: '[{command: one, when: "r.stdout == \'abc\'", notify: h}]',
		rest: '  handlers: [{name: h, command: handled}, {name: other, command: never}]',
		open: ['command', 'h'],
		ran: ['one', 'handled'],
	},
	{
		what: 'handlers that only the run can name',
		tasks: '[{command: one, notify: "{{ r.stdout }}"}]',
		rest: '  handlers: [{name: abc, command: handled}]',
		open: ['abc'],
		ran: ['one', 'handled'],
	},
	{
		what: 'tasks whose condition is a fact that a rescue sets',
		tasks:
			'[{block: [{command: fail}], rescue: [{set_fact: {broken: true}, notify: h}, {command: rescued, notify: h}]}, {command: cleaned, when: broken | default(false)}, {command: never, when: not (broken | default(false))}]',
		rest: '  handlers: [{name: h, command: handled}]',
		open: ['set_fact', 'command', 'command', 'h'],
		ran: ['fail', 'rescued', 'cleaned', 'handled'],
	},
];

const files = {
	'set.yml': '[{set_fact: {p: x}}, {command: echo set, register: s}]',
	'abc.yml': '[{set_fact: {p: abc}}]',
	'abc.vars': '{p: included, q: file}',
};

for (const {what, vars = '{}', tasks, rest = '', open, ran} of cases) {
	test(`decided at run time: ${what}`, async t => {
		const text = `- hosts: kvm1\n  vars: ${vars}\n  tasks:\n    - {command: echo abc, register: r0}\n    - {set_fact: {r: {stdout: "{{ r0.stdout | trim }}"}}}\n    - {block: ${tasks}}\n${rest}\n`;
		const plan = await planOf(text, new Echo(), undefined, undefined, files);
		same(t, plan.problems, []);
		same(t, plan.decided_at_run_time.map(({name}) => name).toSorted(), [...open, 'set_fact'].toSorted());
		const shell = new Echo();
		const decisions = new Decisions(plan, 'plan.yml');
		const {told} = await run(text, {shell, files, input: {inventory, mark: markFor, decisions}});
		same(t, shell.ran.map(command => command.replace(/^\w+: /, '')).slice(1), ran);
		same(
			t,
			told.filter(line => / failed/.test(line) && !line.includes('exit code 1')),
			[],
		);
	});
}
