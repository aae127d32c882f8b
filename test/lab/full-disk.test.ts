import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

/** Runs a script whose `.vacate` is a disk of its own that nobody else sees. */
function script(folder: string, text: string): Promise<{readonly code: number; readonly said: string}> {
	const argv = ['--mount', 'sh', '-c', text, 'sh', process.execPath, program];
	return new Promise(resolve => {
		const child = execFile('unshare', argv, {cwd: folder}, (_error, stdout, stderr) =>
			resolve({code: child.exitCode ?? -1, said: stdout + stderr}),
		);
	});
}

test('a full disk stops a run before the next effect; with room again it is resumed to its end', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-full-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await Promise.all(['.vacate', 'made', 'seen'].map(name => mkdir(join(folder, name))));
	await writeFile(join(folder, 'inventory.yml'), 'all: {hosts: {here: {ansible_connection: local}}}\n');
	await writeFile(
		join(folder, 'p.yml'),
		`- hosts: here
  tasks:
    - copy: {dest: "${folder}/made/{{ item }}", content: "number {{ item }}"}
      loop: "{{ range(60) | list }}"
`,
	);
	const {code, said} = await script(
		folder,
		`mount -t tmpfs -o size=100k tmpfs .vacate
"$1" "$2" run p.yml -i inventory.yml >said 2>&1; echo "$?" >code
ls made | wc -l >made-before; cp .vacate/runs/*/journal.jsonl seen/
mount -o remount,size=10M .vacate
"$1" "$2" resume last; code=$?; cp .vacate/runs/*/journal.jsonl seen/after; exit $code`,
	);
	const written = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim();
	t.is(await written('code'), '5');
	t.regex(
		await written('said'),
		/cannot write the journal: ENOSPC.*; no further action was started\n.*vacate status .*\n.*vacate resume /,
	);
	const begun = (await written('seen/journal.jsonl')).match(/"type":"started"/g)?.length ?? 0;
	const made = Number(await written('made-before'));
	t.true(made > 0 && made < 60 && made <= begun, `${made} made, ${begun} begun`);
	t.is(code, 0, said);
	t.is((await readdir(join(folder, 'made'))).length, 60);
	t.regex(await written('seen/after'), /"type":"ended","exitCode":0/);
});
