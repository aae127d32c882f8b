import {spawn} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

test('a run goes on to its end when nobody reads its output any more', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-output-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await writeFile(join(folder, 'inventory.yml'), 'all: {hosts: {kvm1: }}\n');
	await writeFile(
		join(folder, 'p.yml'),
		'- hosts: kvm1\n  tasks:\n    - debug: "{{ item }}"\n      loop: "{{ range(500) | list }}"\n',
	);
	const child = spawn(process.execPath, [program, 'run', '-i', 'inventory.yml', 'p.yml'], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child.stdout.once('data', () => child.stdout.destroy());
	let stderr = '';
	child.stderr.on('data', chunk => {
		stderr += chunk;
	});
	const code = await new Promise(resolve => child.on('close', resolve));
	t.is(stderr, '');
	t.is(code, 0);
	const runs = join(folder, '.vacate', 'runs');
	const [run = ''] = await readdir(runs);
	t.regex(await readFile(join(runs, run, 'journal.jsonl'), 'utf8'), /"type":"ended","exitCode":0/);
});

test('run --check says what would be done, and does nothing', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-check-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await writeFile(join(folder, 'p.yml'), '- hosts: localhost\n  tasks:\n    - command: {argv: [touch, done]}\n');
	const child = spawn(process.execPath, [program, 'run', '--check', '-i', 'localhost,', 'p.yml'], {
		cwd: folder,
		stdio: 'pipe',
	});
	let stdout = '';
	child.stdout.on('data', chunk => {
		stdout += chunk;
	});
	t.is(await new Promise(resolve => child.on('close', resolve)), 0);
	t.regex(stdout, /“command” on localhost cannot be undone/);
	t.deepEqual(await readdir(folder), ['p.yml']);
});
