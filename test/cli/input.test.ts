import {spawn, spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {parseYaml} from '../../src/yaml/document.ts';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** Runs the program in a folder, as a person would. */
function vacate(cwd: string, ...args: readonly string[]): Promise<Ended> {
	return new Promise(resolve => {
		const child = spawn(process.execPath, [program, ...args], {cwd, stdio: ['ignore', 'pipe', 'pipe']});
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', chunk => {
			stdout += chunk;
		});
		child.stderr.on('data', chunk => {
			stderr += chunk;
		});
		child.on('close', code => resolve({code, stdout, stderr}));
	});
}

let folder = '';
let server: Server;
let connections = 0;

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-input-'));
	server = createServer(socket => {
		connections += 1;
		socket.destroy();
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as {port: number};
	const host = (name: string) => `    ${name}: {ansible_host: 127.0.0.1, ansible_port: ${port}, rack: "a"}\n`;
	await writeFile(join(folder, 'inventory.yml'), `compute:\n  hosts:\n${host('kvm1')}${host('kvm2')}`);
});

test.after.always(async () => {
	server.close();
	await rm(folder, {recursive: true, force: true});
});

/** A playbook with mistakes, and what is said: the position, the message and the hint, each somewhere in the text. */
const mistakes: Readonly<Record<string, {readonly text: string; readonly says: readonly (string | RegExp)[]}>> = {
	'a text that is no YAML': {
		text: '- hosts: kvm1\n  tasks: [\n',
		says: [/p\.yml:\d+:\d+: /],
	},
	'a duplicate key': {
		text: '- hosts: kvm1\n  hosts: kvm2\n  tasks: []\n',
		says: ["p.yml:2:3: duplicate key 'hosts'"],
	},
	'an unknown step': {
		text: '- hosts: kvm1\n  tasks:\n    - migrat: {guest: a, to: kvm2}\n',
		says: [
			"p.yml:3:7: unknown step or keyword 'migrat'",
			'    - migrat: {guest: a, to: kvm2}',
			'          ^',
			'did you mean migrate?',
		],
	},
	'an unknown parameter': {
		text: '- hosts: kvm1\n  tasks:\n    - migrate: {guest: a, to: kvm2, auto_convrge: true}\n',
		says: ["p.yml:3:37: unknown key 'auto_convrge'", 'auto_converge'],
	},
	'a wrong type': {
		text: '- hosts: kvm1\n  tasks:\n    - migrate: {guest: a, to: kvm2, auto_converge: maybe}\n',
		says: ['p.yml:3:52: expected a boolean, got "maybe"'],
	},
	'an unknown host in a play': {
		text: '- hosts: kvm7\n  tasks: []\n',
		says: ["p.yml:1:10: no host or group 'kvm7'", 'did you mean kvm1?'],
	},
	'an unknown destination': {
		text: '- hosts: kvm1\n  tasks:\n    - migrate: {guest: a, to: kvm22}\n',
		says: ["p.yml:3:31: no host or group 'kvm22'", 'did you mean kvm2?'],
	},
	'an undefined variable': {
		text: '- hosts: kvm1\n  vars: {guest: a}\n  tasks:\n    - migrate: {guest: "{{ gest }}", to: kvm2}\n',
		says: [/p\.yml:4:\d+: 'gest' is undefined/, 'did you mean guest?'],
	},
	'several at once': {
		text: '- hosts: kvm1\n  taks: []\n  tasks:\n    - debg: hello\n    - migrate: {to: kvm2}\n',
		says: ["unknown key 'taks'", "'debg'", "'guest' is missing", '3 errors; nothing was changed'],
	},
};

for (const [title, {text, says}] of Object.entries(mistakes)) {
	test.serial(`${title}: exit 2, the place, what to write, and no connection`, async t => {
		await writeFile(join(folder, 'p.yml'), text);
		const before = connections;
		for (const command of ['validate', 'run']) {
			const {code, stderr, stdout} = await vacate(folder, command, '-i', 'inventory.yml', 'p.yml');
			t.is(code, 2, stderr);
			t.is(stdout, '');
			for (const part of says) {
				if (typeof part === 'string') t.true(stderr.includes(part), `${part}\n--- not in:\n${stderr}`);
				else t.regex(stderr, part);
			}
		}
		t.is(connections, before);
	});
}

test.serial('a word that is no command, and an option without its value, are input errors too', async t => {
	const wrong = await vacate(folder, 'evacuat');
	t.is(wrong.code, 2);
	t.regex(wrong.stderr, /unknown command 'evacuat'/);
	const missing = await vacate(folder, 'run', 'p.yml', '-f', 'many', '-i', 'inventory.yml');
	t.is(missing.code, 2);
	t.regex(missing.stderr, /expected an integer of at least 1/);
	const none = await vacate(folder, 'run', 'p.yml');
	t.is(none.code, 2);
	t.regex(none.stderr, /no inventory given/);
});

test.serial('a playbook that is valid says so; a host that does not respond is told with what to try', async t => {
	await writeFile(join(folder, 'p.yml'), '- hosts: kvm1\n  tasks:\n    - virsh_list: {}\n');
	const valid = await vacate(folder, 'validate', '-i', 'inventory.yml', 'p.yml');
	t.is(valid.code, 0);
	t.is(valid.stdout, 'the playbook is valid\n');
	const {code, stdout} = await vacate(folder, 'run', '-i', 'inventory.yml', 'p.yml');
	t.is(code, 3, stdout);
	t.regex(stdout, /unreachable +virsh_list on kvm1/);
	t.regex(stdout, /next: for details, run: ssh -v/);
	await writeFile(join(folder, 'p.yml'), '- hosts: kvm1\n  tasks:\n    - evacuate: {to: compute}\n');
	const plan = await vacate(folder, 'plan', '-i', 'inventory.yml', 'p.yml', '--check-only');
	t.is(plan.code, 3, plan.stderr);
	t.regex(plan.stdout, /evacuate on kvm1 would fail: kvm\d cannot be reached/);
});

test.serial('variables are given one by one, together, as a mapping, or in a file; what comes later wins', async t => {
	await writeFile(join(folder, 'vars.yml'), 'a: [from, a file]\nb: 1\n');
	await writeFile(join(folder, 'l.yml'), '- hosts: localhost\n  tasks: [{debug: "{{ [a, b, c, d] }}"}]\n');
	const given = ['-e', '@vars.yml', '-e', 'b=2 c="two words"', '-e', '{"d": {"e": true}}', '-e', 'c=more than one'];
	const {stdout, stderr} = await vacate(folder, 'run', '-i', 'inventory.yml', ...given, 'l.yml');
	t.true(stdout.includes('[["from","a file"],"2","more than one",{"e":true}]'), stdout + stderr);
	const {stderr: wrong, code} = await vacate(folder, 'run', '-i', 'inventory.yml', '-e', '@l.yml', 'l.yml');
	t.is(code, 2);
	t.regex(wrong, /l\.yml:1:1: a variables file must be a mapping/);
});

test.serial('strict validation also gives advice', async t => {
	await writeFile(join(folder, 'l.yml'), '- hosts: localhost\n  tasks: [{name: a, shell: uname -r}]\n');
	t.is((await vacate(folder, 'validate', 'l.yml')).code, 0);
	const {code, stderr} = await vacate(folder, 'validate', '--strict', 'l.yml');
	t.is(code, 2);
	t.regex(stderr, /l\.yml:2:21: no shell is needed for this\n/);
});

test.serial('doc lists the steps, and tells of each its parameters', async t => {
	const list = await vacate(folder, 'doc');
	t.regex(list.stdout, /^migrate +Live-migrate a running guest/m);
	const one = await vacate(folder, 'doc', 'migrate');
	t.regex(one.stdout, /auto_converge \(boolean\)/);
	t.regex(list.stdout, /^include_tasks +Include the tasks of another file/m);
	t.regex((await vacate(folder, 'doc', 'meta')).stdout, /^meta: flush_handlers: run the notified handlers now/);
	const keyword = await vacate(folder, 'doc', 'serial');
	t.regex(keyword.stdout, /^serial: Batch size: .*\n\nType: .*integer.*\nAllowed in: play\n/);
	t.regex(keyword.stdout, /^ {2}- serial: \[1, 5, 50%\]$/m);
	t.regex(
		(await vacate(folder, 'doc', 'loop_control')).stdout,
		/^ {2}index_var \(string\)\n {6}The name of a variable for/m,
	);
	const none = await vacate(folder, 'doc', 'migrte');
	t.is(none.code, 2);
	t.regex(none.stderr, /did you mean migrate\?/);
});

const commandLines: readonly (readonly [readonly string[], RegExp])[] = [
	[['valdate'], /unknown command 'valdate'\n +\(Did you mean validate\?\)/],
	[['run', '--limt', 'x', 'p.yml'], /unknown option '--limt'\n +\(Did you mean --limit\?\)/],
	[['lab', 'guests', 'add', '--bakcing', '1'], /unknown option '--bakcing'\n +\(Did you mean --backing\?\)/],
	[['lab', 'fault', 'nonsense'], /unknown command 'nonsense'\n +vacate lab fault --help lists commands and options/],
	[['lab', 'up', '--hosts', 'many'], /many/],
	[['run'], /missing required argument 'playbook'/],
];

for (const [args, message] of commandLines) {
	test.serial(`vacate ${args.join(' ')}: a mistake on the command line is told as all are`, async t => {
		const {code, stdout, stderr} = await vacate(folder, ...args);
		t.is(code, 2);
		t.is(stdout, '');
		t.regex(stderr, message);
		t.regex(stderr, /1 error; nothing was changed\n$/);
	});
}

test.serial('without a command, it says which there are', async t => {
	const {code, stderr} = await vacate(folder);
	t.is(code, 2);
	t.regex(stderr, /^Usage: vacate/);
	t.notRegex(stderr, /nothing was changed|outputHelp/);
});

test.serial('init writes a project that validates, and never over a file that is there', async t => {
	const project = join(folder, 'project');
	const {code, stdout, stderr} = await vacate(folder, 'init', 'project');
	t.is(code, 0, stderr);
	t.regex(stdout, /^wrote \.gitlab-ci\.yml$/m);
	const checked = await vacate(project, 'validate', '--strict', '-i', 'inventory.yml', 'evacuate.yml');
	t.is(checked.code, 0, checked.stderr);
	await writeFile(join(project, 'evacuate.yml'), '- {hosts: kvm1, tasks: [{name: mine, debug: mine}]}\n');
	const again = await vacate(folder, 'init', 'project', '--ci', 'github');
	t.regex(again.stdout, /^kept {2}evacuate\.yml$/m);
	t.regex(again.stdout, /^wrote \.github\/workflows\/vacate\.yml$/m);
	t.regex(await readFile(join(project, 'evacuate.yml'), 'utf8'), /mine/);
	t.is((await vacate(folder, 'init', 'inventory.yml')).code, 3, 'a file is no folder');
});

test.serial('the commands of a CI job that init writes check, and plan where there are facts', async t => {
	const project = join(folder, 'ci');
	await vacate(folder, 'init', 'ci');
	const job = parseYaml('.gitlab-ci.yml', await readFile(join(project, '.gitlab-ci.yml'), 'utf8')).data as {
		readonly plan: {readonly script: readonly string[]; readonly after_script: readonly string[]};
	};
	const lines = [...job.plan.script, ...job.plan.after_script].join('\n');
	const runs = () =>
		spawnSync('sh', ['-ec', `vacate() { "${process.execPath}" "${program}" "$@"; }\n${lines}`], {
			cwd: project,
			encoding: 'utf8',
		});
	const checked = runs();
	t.is(checked.status, 0, checked.stderr);
	t.is(checked.stdout, 'the playbook is valid\n');
	await writeFile(join(project, 'facts.json'), '{"vacate_facts": 1, "facts": {}}');
	const planned = runs();
	t.is(planned.status, 3, planned.stderr);
	t.regex(await readFile(join(project, 'plan.yml'), 'utf8'), /facts\.json/, 'the plan says what the facts lack');
});
