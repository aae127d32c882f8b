import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {parseYaml} from '../../src/yaml/document.ts';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

let folder = '';

/** Runs `vacate inventory` in the folder of the test. */
function inventory(...args: readonly string[]): Promise<Ended> {
	return new Promise(resolve => {
		const child = spawn(process.execPath, [program, 'inventory', ...args], {
			cwd: folder,
			stdio: ['ignore', 'pipe', 'pipe'],
			// Without a terminal: nobody can be asked.
			detached: true,
		});
		const texts = {stdout: '', stderr: ''};
		child.stdout.on('data', chunk => {
			texts.stdout += chunk;
		});
		child.stderr.on('data', chunk => {
			texts.stderr += chunk;
		});
		child.on('close', code => resolve({code, ...texts}));
	});
}

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-inventory-'));
	await mkdir(join(folder, 'group_vars'));
	await Promise.all([
		writeFile(join(folder, 'hosts'), '[compute]\nkvm[1:3] rack=north\n[spare]\nkvm4\n[all:vars]\nansible_user=root\n'),
		writeFile(join(folder, 'group_vars/compute.yml'), 'migration_user: mover\nansible_user: admin\n'),
		writeFile(join(folder, 'group_vars/comptue.yml'), 'migration_user: nobody\n'),
		writeFile(join(folder, 'limit'), 'kvm2\n\nkvm3\n'),
	]);
});

test.after.always(() => rm(folder, {recursive: true, force: true}));

test('without a question the groups are drawn as a tree', async t => {
	const {code, stdout} = await inventory('-i', 'hosts');
	t.is(code, 0);
	t.is(
		stdout,
		`@all:
  |--@ungrouped:
  |--@compute:
  |  |--kvm1
  |  |--kvm2
  |  |--kvm3
  |--@spare:
  |  |--kvm4
`,
	);
	t.is((await inventory('-i', 'hosts', '--graph')).stdout, stdout);
	t.is((await inventory('-i', 'hosts', '--graph', 'spare')).stdout, '@spare:\n  |--kvm4\n');
});

test('the list is an inventory itself, in JSON and in YAML', async t => {
	const [json, yaml] = await Promise.all([
		inventory('-i', 'hosts', '--list'),
		inventory('-i', 'hosts', '--list', '--yaml'),
	]);
	t.deepEqual(JSON.parse(json.stdout).spare, {hosts: ['kvm4']});
	t.deepEqual(parseYaml('printed', yaml.stdout).data, {
		all: {
			children: {
				ungrouped: {},
				compute: {
					hosts: Object.fromEntries(
						['kvm1', 'kvm2', 'kvm3'].map(name => [
							name,
							{ansible_user: 'admin', migration_user: 'mover', rack: 'north'},
						]),
					),
				},
				spare: {hosts: {kvm4: {ansible_user: 'root'}}},
			},
		},
	});
	await writeFile(join(folder, 'printed.yml'), yaml.stdout);
	const again = await inventory('-i', 'printed.yml', '--list');
	t.is(again.stdout, json.stdout);
});

test('a host is shown with its variables, a pattern with its hosts', async t => {
	const host = await inventory('-i', 'hosts', '--host', 'kvm1', '--yaml');
	t.is(host.stdout, 'ansible_user: admin\nmigration_user: mover\nrack: north\n');
	t.is((await inventory('-i', 'hosts', '--hosts', 'compute:!kvm1')).stdout, 'kvm2\nkvm3\n');
	const limited = await inventory('-i', 'hosts', '--hosts', 'all', '--limit', '@limit,kvm4,!kvm3', '--json');
	t.deepEqual(JSON.parse(limited.stdout), ['kvm2', 'kvm4']);
});

test('provenance says of each variable where it comes from and what it wins over', async t => {
	const text = await inventory('-i', 'hosts', '--provenance', 'kvm1');
	t.is(
		text.stdout,
		`kvm1
  ansible_user: "admin"
      from group_vars/compute.yml:2:15 (group compute, next to inventory)
      overrides hosts:6:14 (group all): "root"
  migration_user: "mover"
      from group_vars/compute.yml:1:17 (group compute, next to inventory)
  rack: "north"
      from hosts:2:15 (host kvm1)

unused, no group or host has this name: group_vars/comptue.yml
`,
	);
	const data = JSON.parse((await inventory('-i', 'hosts', '--provenance', 'kvm1:kvm4', '--json')).stdout);
	t.deepEqual(Object.keys(data), ['kvm1', 'kvm4']);
	t.deepEqual(data.kvm4.ansible_user, [
		{value: 'root', group: 'all', place: 'inventory', file: 'hosts', line: 6, column: 14},
	]);
});

const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
	['no inventory', ['--list'], /no inventory given\n {2}give one: -i inventory\.yml/],
	[
		'a host without a comma',
		['-i', 'kvm1', '--list'],
		/kvm1: no such file\n {2}for a host with this name use: -i kvm1,/,
	],
	[
		'a misspelt group',
		['-i', 'hosts', '--graph', 'computer'],
		/no group 'computer' in the inventory\n {2}did you mean compute\?/,
	],
	['a misspelt host', ['-i', 'hosts', '--host', 'kvn1'], /no host or group 'kvn1'[^\n]*\n {2}did you mean kvm1\?/],
	['several hosts', ['-i', 'hosts', '--host', 'compute'], /'compute' matches more than one host/],
	['two questions', ['-i', 'hosts', '--list', '--host', 'kvm1'], /'--list' cannot be used with option '--host/],
	['two formats', ['-i', 'hosts', '--list', '--json', '--yaml'], /'--json' cannot be used with option '--yaml'/],
	[
		'a limit that leaves nothing',
		['-i', 'hosts', '--hosts', 'spare', '-l', 'compute'],
		/--limit 'compute' leaves no host of 'spare'/,
	],
	['a limit without its file', ['-i', 'hosts', '--hosts', 'all', '-l', '@nowhere'], /nowhere: no such file/],
];

for (const [title, args, says] of mistakes) {
	test(`${title} is a mistake, with exit code 2`, async t => {
		const {code, stdout, stderr} = await inventory(...args);
		t.is(code, 2, stderr);
		t.is(stdout, '');
		t.regex(stderr, says);
	});
}

test('where there is no terminal a password cannot be asked for', async t => {
	await writeFile(join(folder, 'sealed'), '$ANSIBLE_VAULT;1.1;AES256\n33350a33350a3335\n');
	const {code, stderr} = await inventory('-i', 'sealed', '-J', '--list');
	t.is(code, 3, stderr);
	t.regex(stderr, /cannot ask without a terminal: Vault password:/);
});
