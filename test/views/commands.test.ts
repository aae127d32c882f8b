import test from 'ava';
import {type Command, read, write} from '../../src/shell/command.ts';
import type {Ending, Outcome} from '../../src/shell/shell.ts';
import {commandText} from '../../src/views/commands.ts';

const ended = (ending: Ending, stdout = '', stderr = ''): Outcome => ({...ending, stdout, stderr, durationMs: 12});
const well = ended({end: 'exited', code: 0}, 'one\ntwo\n', 'but\u001b[31m');
const making = write('kvm1', ['touch', 'a file']);

const told: readonly (readonly [string, Command, Outcome, 0 | 1 | 2 | 3, string | undefined])[] = [
	['nothing, unless it is asked for', making, well, 0, undefined],
	['a write', making, well, 1, "kvm1: touch 'a file' (12 ms)"],
	['a read only with -vv', read('kvm1', ['ls']), well, 1, undefined],
	['a read', read('kvm1', ['ls']), well, 2, 'kvm1: ls (12 ms)'],
	['what it answers', making, well, 3, "kvm1: touch 'a file' (12 ms)\n  out one\n  out two\n  err but\\u{1b}[31m"],
	['a hidden one', {...making, hidden: true}, well, 3, 'kvm1: hidden (12 ms)'],
	['one that runs here', {...making, here: true}, well, 1, "kvm1 (on this machine): touch 'a file' (12 ms)"],
	['one that failed', making, ended({end: 'exited', code: 7}), 1, "kvm1: touch 'a file' (exit code 7, 12 ms)"],
	[
		'a lost one',
		making,
		ended({end: 'lost', reason: 'reset'}),
		1,
		"kvm1: touch 'a file' (connection lost: reset, 12 ms)",
	],
	[
		'a killed one',
		making,
		ended({end: 'signalled', signal: 'SIGKILL'}),
		1,
		"kvm1: touch 'a file' (killed by SIGKILL, 12 ms)",
	],
	['a slow one', making, ended({end: 'timed-out', afterMs: 10}), 1, "kvm1: touch 'a file' (timed out, 12 ms)"],
	['one that we ended', making, ended({end: 'aborted'}), 1, "kvm1: touch 'a file' (aborted, 12 ms)"],
];

for (const [title, command, outcome, verbosity, text] of told) {
	test(`of commands it tells ${title}`, t => {
		t.is(commandText(command, outcome, verbosity), text);
	});
}

test('of a flood it shows the first lines', t => {
	const flood = ended({end: 'exited', code: 0}, 'line\n'.repeat(1000));
	const lines = commandText(read('kvm1', ['yes']), flood, 3)?.split('\n') ?? [];
	t.is(lines.length, 202);
	t.is(lines.at(-1), '  out … 800 more lines');
});
