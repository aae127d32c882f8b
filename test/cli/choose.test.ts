import {spawn} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

type Ended = {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly said: readonly string[];
};

const inventory = `
all:
  vars: {ansible_connection: local}
  children:
    web: {hosts: {web1: , web2: , web3: }}
    db: {hosts: {db1: }}
`;

const playbook = `
- name: first
  hosts: web
  tags: [early]
  tasks:
    - {name: one, debug: "one {{ inventory_hostname }}", tags: [a]}
    - block:
        - {name: two, debug: "two {{ inventory_hostname }}"}
        - {name: never, debug: never, tags: [never, deep]}
      always:
        - {name: last, debug: "last {{ inventory_hostname }}", tags: b}
- hosts: db
  tasks:
    - command: echo {{ inventory_hostname }}
`;

/** Runs the program as a person would, in a folder of its own. */
async function vacate(t: ExecutionContext, args: readonly string[], input = '', text = playbook): Promise<Ended> {
	const cwd = await mkdtemp(join(tmpdir(), 'vacate-choose-'));
	t.teardown(() => rm(cwd, {recursive: true, force: true}));
	await writeFile(join(cwd, 'inventory.yml'), inventory);
	await writeFile(join(cwd, 'p.yml'), text);
	await writeFile(join(cwd, 'hosts.txt'), 'web2\n\ndb1\n');
	const child = spawn(process.execPath, [program, 'run', 'p.yml', '-i', 'inventory.yml', ...args], {
		cwd,
		stdio: 'pipe',
	});
	const texts = {stdout: '', stderr: ''};
	child.stdout.on('data', chunk => {
		texts.stdout += chunk;
	});
	child.stderr.on('data', chunk => {
		texts.stderr += chunk;
	});
	child.stdin.end(input);
	const code = await new Promise<number | null>(resolve => child.on('close', resolve));
	const said = [...texts.stdout.matchAll(/^ +[\d.]+ {12}(\S.*)$/gm)].map(([, line = '']) => line);
	return {...texts, code, said};
}

for (const [title, args, said] of [
	['--limit takes a pattern', ['--limit', 'web[0]'], ['one web1', 'two web1', 'last web1']],
	['--limit @FILE takes a pattern a line', ['-l', '@hosts.txt'], ['one web2', 'two web2', 'last web2']],
	['--tags', ['-t', 'a', '--tags', 'b', '-l', 'web1'], ['one web1', 'last web1']],
	['--skip-tags', ['--skip-tags', 'a,b', '-l', 'web1'], ['two web1']],
	['--start-at-task', ['--start-at-task', 'tw?', '-l', 'web1'], ['two web1', 'last web1']],
] as const) {
	test(title, async t => {
		const {code, said: found, stderr} = await vacate(t, args);
		t.is(code, 0, stderr);
		t.deepEqual(found, [...said]);
	});
}

for (const [title, args, message] of [
	['an unknown host in --limit', ['-l', 'web7'], /--limit: no host or group 'web7'/],
	['a limit that leaves no host', ['-l', 'localhost'], /--limit 'localhost' leaves no host in any play/],
	[
		'an unknown task to start at',
		['--start-at-task', 'las'],
		/--start-at-task: no task 'las' in the playbook\n {2}did you mean last\?/,
	],
] as const) {
	test(`${title} is a mistake`, async t => {
		const {code, stderr, stdout} = await vacate(t, args);
		t.is(code, 2);
		t.is(stdout, '');
		t.regex(stderr, message);
	});
}

test('a start at a task that needs what an earlier task registers names that task', async t => {
	const text = `
- hosts: web1
  tasks:
    - {name: read, command: echo yes, register: answer}
    - {name: use, debug: "{{ answer.stdout }}"}
`;
	const {code, stderr, stdout} = await vacate(t, ['--start-at-task', 'use'], '', text);
	t.is(code, 2);
	t.is(stdout, '');
	t.regex(stderr, /p\.yml:5:\d+: 'answer' is undefined/);
	t.regex(stderr, /the task 'read' registers it, and --start-at-task leaves it out: start there, or give -e answer=…/);
});

test('what would be done is listed, and nothing is done', async t => {
	const {stdout, code} = await vacate(t, ['--list-hosts', '--list-tasks', '--list-tags', '-l', 'web1,db1']);
	t.is(code, 0);
	t.is(
		stdout,
		`
playbook: p.yml

  play #1 (web): first\tTAGS: [early]
    pattern: ['web']
    hosts (1):
      web1
    tasks:
      one\tTAGS: [a, early]
      two\tTAGS: [early]
      last\tTAGS: [b, early]
      TASK TAGS: [a, b, early]

  play #2 (db): db\tTAGS: []
    pattern: ['db']
    hosts (1):
      db1
    tasks:
      command\tTAGS: []
      TASK TAGS: []
`,
	);
});

test('--step asks before each task, until the answer is to continue', async t => {
	const {said, stderr} = await vacate(t, ['--step', '-l', 'web1'], 'n\ny\nc\n');
	t.deepEqual(said, ['two web1', 'last web1']);
	t.regex(stderr, /Run task 'one'\? .*Run task 'two'\? .*Run task 'last'\?/);
	t.deepEqual((await vacate(t, ['--step', '-l', 'web1'], '')).said, []);
});

test('this machine is a host that no inventory needs to name', async t => {
	const {stdout, code} = await vacate(t, [], '', '- hosts: localhost\n  tasks: [{command: echo here}]\n');
	t.is(code, 0);
	t.regex(stdout, /changed +command on localhost/);
});

test('nothing that a task with no_log is given or gives is shown or recorded', async t => {
	const cwd = await mkdtemp(join(tmpdir(), 'vacate-choose-'));
	t.teardown(() => rm(cwd, {recursive: true, force: true}));
	await writeFile(join(cwd, 'inventory.yml'), inventory);
	await writeFile(
		join(cwd, 'p.yml'),
		'- hosts: web1\n  tasks: [{command: "echo {{ secret }}", no_log: true}, {command: "sh -c \'echo {{ secret }}; exit 1\'", no_log: true}]\n',
	);
	const child = spawn(process.execPath, [program, 'run', 'p.yml', '-i', 'inventory.yml', '-e', 'secret=hunter2'], {
		cwd,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let told = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', chunk => {
			told += chunk;
		});
	}
	await new Promise(resolve => child.on('close', resolve));
	const [, run = ''] = /run (\S+): p\.yml/.exec(told) ?? [];
	const files = ['journal.jsonl', 'commands.jsonl'].map(file => readFile(join(cwd, '.vacate/runs', run, file), 'utf8'));
	for (const text of [told, ...(await Promise.all(files))]) t.notRegex(text, /hunter2/);
	t.regex(told, /hidden: the task says no_log/);
});
