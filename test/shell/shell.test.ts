import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {CommandError, ConnectionLostError, InterruptedError, StepError} from '../../src/errors.ts';
import {read} from '../../src/shell/command.ts';
import {demand} from '../../src/shell/demand.ts';
import {readingSecrets} from '../../src/shell/environment.ts';
import {localShell} from '../../src/shell/local.ts';
import {masked, maskedData, showsSecret} from '../../src/shell/mask.ts';
import {parsed} from '../../src/shell/parsed.ts';
import {quoteArgv} from '../../src/shell/quote.ts';
import {Secret} from '../../src/shell/secret.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {splitWords} from '../../src/shell/split-words.ts';

const shells = ['/bin/sh', '/bin/bash', '/usr/bin/fish'].filter(existsSync);

test('arguments are quoted only where a shell would interpret them', t => {
	const cases = {
		'virsh list --all': ['virsh', 'list', '--all'],
		"echo '$(reboot)'": ['echo', '$(reboot)'],
		"echo 'it'\\''s'": ['echo', "it's"],
		"x ''": ['x', ''],
		"x '~'": ['x', '~'],
		"'A=b' --a=b": ['A=b', '--a=b'],
	};
	for (const [line, argv] of Object.entries(cases)) t.is(quoteArgv(argv), line);
});

for (const shell of shells) {
	test(`${shell} gives back every argument as it was`, t => {
		const argument = fc.string({unit: 'grapheme', maxLength: 40}).filter(text => !text.includes('\0'));
		const hostile = fc.constantFrom("'", '\\', "\\'", '$x', '`id`', '*', '~root', '-e', '\n', '!1', '{a,b}', '#');
		fc.assert(
			fc.property(fc.array(fc.oneof(argument, hostile), {minLength: 1, maxLength: 4}), argv => {
				const line = quoteArgv(['printf', '%s\\0', ...argv]);
				const printed = execFileSync(shell, ['-c', line], {
					encoding: 'utf8',
					stdio: ['ignore', 'pipe', 'pipe'],
					env: {PATH: process.env.PATH, LC_ALL: 'C.UTF-8'},
				});
				t.deepEqual(printed.split('\0').slice(0, -1), argv);
			}),
			{numRuns: 60},
		);
	});
}

test('a local command: outputs, input, exit code, timeout', async t => {
	const shell = localShell();
	const script = 'read x; echo "$x $LC_ALL"; echo no >&2; exit 3';
	t.like(await shell.run(read('here', ['sh', '-c', script], {stdin: 'in\n'})), {
		end: 'exited',
		code: 3,
		stdout: 'in C\n',
		stderr: 'no\n',
	});
	t.like(await shell.run(read('here', ['sleep', '30'], {timeoutMs: 50})), {end: 'timed-out', afterMs: 50});
	t.like(await shell.run(read('here', ['sh', '-c', 'kill -TERM $$'])), {end: 'signalled', signal: 'SIGTERM'});
	t.like(await shell.run(read('here', ['no-such-program'])), {end: 'exited', code: 127});
	t.like(await shell.run(read('here', ['sleep', '30']), {signal: AbortSignal.abort()}), {end: 'aborted'});
});

test('demand returns success or throws the error for the outcome', async t => {
	const shellOf = (outcome: object): Shell => ({
		run: async () => ({stdout: '', stderr: '', durationMs: 1, ...outcome}) as Outcome,
		close: async () => {},
	});
	const command = read('kvm1', ['virsh', 'list']);
	t.is((await demand(shellOf({end: 'exited', code: 0}), command)).end, 'exited');
	const failed = await t.throwsAsync(
		demand(shellOf({end: 'exited', code: 1, stderr: 'error: a\nerror: b\n'}), command),
		{instanceOf: CommandError},
	);
	t.is(failed?.message, 'virsh on kvm1: exit code 1: error: b');
	await t.throwsAsync(demand(shellOf({end: 'lost', reason: 'cut'}), command), {instanceOf: ConnectionLostError});
	await t.throwsAsync(demand(shellOf({end: 'aborted'}), command), {instanceOf: InterruptedError});
	await t.throwsAsync(demand(shellOf({end: 'timed-out', afterMs: 2000}), command), {message: /timed out after 2 s/});
});

test('a secret is masked in every encoding in which programs print it', t => {
	const secret = `that's "5 €"`;
	t.is(masked(secret), secret);
	t.deepEqual(new Secret(secret).reveal(), secret);
	const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
	for (const form of [...forms, Buffer.from(secret).toString('base64')]) t.is(masked(`a ${form} b`), 'a *** b');
	t.deepEqual(maskedData({a: [secret, 1, null], [secret]: {b: true}}), {a: ['***', 1, null], '***': {b: true}});
	t.true(showsSecret(`x${secret}x`));
	new Secret('one line of a key\nand another');
	t.is(masked('> and another'), '> ***');
	new Secret('abc');
	t.is(masked('abc'), 'abc', 'too short to be looked for');
	new Secret('present', 'made');
	t.is(masked('present'), 'present');
});

for (const [title, environment, expected] of [
	['none', {}, 'in\n'],
	['secrets', {A: new Secret('a  b'), B: 'plain', C: new Secret(`it's`)}, `in\na  b,plain,it's`],
	['of many lines', {A: new Secret('a\n\\n\n'), B: 'plain', C: new Secret(`it's`)}, `in\na\n\\n\n,plain,it's`],
] as const) {
	test(`secrets of an environment are read before the input, and are no arguments: ${title}`, async t => {
		const script = 'cat; [ -z "$A" ] || printf %s "$A,$B,$C"';
		const command = readingSecrets(read('here', ['sh', '-c', script], {stdin: 'in\n', environment}));
		t.false(JSON.stringify([command.argv, command.environment]).includes(`it's`));
		t.like(await localShell().run(command), {code: 0, stdout: expected});
	});
}

test('a local command: processes that keep its outputs open are not waited for, and its output is limited', async t => {
	const shell = localShell();
	const left = await shell.run(read('here', ['sh', '-c', 'setsid sleep 3 & exit 0'], {timeoutMs: 100}));
	t.like(left, {end: 'timed-out', afterMs: 100});
	const endless = await shell.run(read('here', ['yes']));
	t.like(endless, {end: 'signalled', signal: 'too much output'});
	t.true(endless.stdout.length < 17 * 1024 * 1024);
});

test('a secret is never printed', t => {
	const secret = new Secret('hunter2');
	t.is(`${secret} ${JSON.stringify({secret})}`, '*** {"secret":"***"}');
	t.is(secret.reveal(), 'hunter2');
});

for (const [line, words] of [
	['virsh list  --all', ['virsh', 'list', '--all']],
	[' a\tb\nc ', ['a', 'b', 'c']],
	['a "b  c" \'d  e\' f\\ g', ['a', 'b  c', 'd  e', 'f g']],
	['a"b"\'c\'d', ['abcd']],
	['"a\\"b" "\\\\" "\\n" \'\\\'', ['a"b', '\\', '\\n', '\\']],
	['"" \'\' x', ['', '', 'x']],
	['$HOME | cat > *', ['$HOME', '|', 'cat', '>', '*']],
	['', []],
] as const) {
	test(`a command line is parted into words: ${JSON.stringify(line)}`, t => {
		t.deepEqual([...splitWords(line)], [...words]);
	});
}

for (const [line, message] of [
	['a "b', /a " is not closed/],
	["a 'b", /a ' is not closed/],
	['a \\', /it ends with a backslash/],
] as const) {
	test(`a command line that ends too early is a mistake: ${line}`, t => {
		t.throws(() => splitWords(line), {instanceOf: SyntaxError, message});
	});
}

test('quoted arguments are split into the same words again', t => {
	fc.assert(
		fc.property(fc.array(fc.string({unit: 'binary'}), {maxLength: 5}), argv => {
			t.deepEqual([...splitWords(quoteArgv(argv))], argv);
		}),
		{numRuns: 500},
	);
});

test('output that cannot be parsed is a failure of the command on its host', t => {
	const command = read('kvm1', ['qemu-img', 'info']);
	const failing = (error: Error) => () =>
		parsed(command, {stdout: 'null', stderr: ''}, () => {
			throw error;
		});
	const expected = {instanceOf: CommandError, message: 'qemu-img on kvm1: unexpected output: no image'};
	t.throws(failing(new TypeError('no image')), expected);
	t.throws(failing(new StepError('different')), {instanceOf: StepError, message: 'different'});
	t.is(parsed(command, {stdout: '1', stderr: ''}, Number), 1);
});
