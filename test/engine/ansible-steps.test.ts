import test from 'ava';
import type {Command} from '../../src/shell/command.ts';
import {Secret} from '../../src/shell/secret.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {worldOf} from '../fakes/rig.ts';
import {done, Echo, run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';

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

test('options within the text of a command are a mistake where it is given as cmd, as they would be arguments', async t => {
	const {told} = await run('- {hosts: kvm1, tasks: [{command: {cmd: touch /a creates=/a}}]}');
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
