import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'vacate-complete-'));
const run = '20260102-030405-abcd';

test.before(() => {
	mkdirSync(join(folder, '.vacate/runs', run), {recursive: true});
	const file = join(folder, 'program');
	writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
	chmodSync(file, 0o755);
	symlinkSync(file, join(folder, 'vacate'));
});
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

function inFolder(command: string, args: readonly string[]): string {
	const env = {...process.env, PATH: `${folder}:${process.env.PATH}`};
	return execFileSync(command, args, {cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

/** What stands before the cursor, and the words that fit. */
const typed: readonly (readonly [readonly string[], readonly string[]])[] = [
	[['re'], ['report', 'resume', 'return']],
	[
		['plan', '--vault'],
		['--vault-password-file', '--vault-id'],
	],
	[
		['resume', ''],
		['last', run],
	],
	[['resume', '-k', '20'], [run]],
	[['doc', 'evac'], ['evacuate']],
	[
		['lab', 's'],
		['status', 'ssh'],
	],
	[
		['completion', ''],
		['bash', 'zsh', 'fish'],
	],
	[['run', '-i', ''], []],
	[['run', ''], []],
	[['nonsense', ''], []],
];

for (const [words, fitting] of typed) {
	test(`vacate ${words.join(' ')}: ${fitting.join(' ') || 'any file'}`, t => {
		const lines = inFolder('vacate', ['complete', '--', ...words])
			.split('\n')
			.filter(Boolean);
		t.deepEqual(
			lines.map(line => line.split('\t')[0]),
			fitting,
		);
	});
}

test('bash completes', t => {
	const script =
		'source <(vacate completion bash); COMP_WORDS=(vacate resume 2); COMP_CWORD=2; _vacate; echo "$COMPREPLY"';
	t.is(inFolder('bash', ['-c', script]).trim(), run);
});

if (existsSync('/usr/bin/fish')) {
	test('fish completes', t => {
		const script = 'vacate completion fish | source; complete --do-complete "vacate resume 2"';
		t.is(inFolder('fish', ['--private', '-c', script]).trim(), `${run}\trun`);
	});
}
