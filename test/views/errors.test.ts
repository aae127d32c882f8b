import {EventEmitter} from 'node:events';
import test from 'ava';
import {
	CommandError,
	ConnectionLostError,
	exitCodes,
	InputError,
	InterruptedError,
	JournalError,
	PrerequisiteError,
	StepError,
	StuckError,
	UnreachableError,
} from '../../src/errors.ts';
import {exitCodeOf} from '../../src/exit-code.ts';
import {errorText} from '../../src/views/error-text.ts';
import {ignoreEpipe} from '../../src/views/ignore-epipe.ts';
import {problemsText} from '../../src/views/problems.ts';
import {failed} from './events.ts';

test('a reader that goes is outlived; a full disk is told once', t => {
	const stream = new EventEmitter();
	const told: string[] = [];
	ignoreEpipe(stream, text => told.push(text));
	const error = (code: string) => Object.assign(new Error(`${code}: write`), {code});
	stream.emit('error', error('EPIPE'));
	stream.emit('error', error('EIO'));
	t.deepEqual(told, []);
	stream.emit('error', error('ENOSPC'));
	stream.emit('error', error('ENOSPC'));
	t.deepEqual(told, ['cannot write output: ENOSPC: write']);
});

test('mistakes are told with place, line, caret and hint; tabs, wide and odd characters keep the caret in place', t => {
	const position = {file: 'p.yml', line: 3, column: 4};
	const long = 'x'.repeat(100);
	const text = problemsText([
		{message: "unknown key 'hsts'", position, sourceLine: '\t- hsts: all', hint: 'did you mean hosts?'},
		{message: 'odd', position: {...position, column: 3}, sourceLine: 'a\u0007b'},
		{message: 'wide', position: {...position, column: 7}, sourceLine: '名前🐄: 1'},
		{message: 'far', position: {...position, column: 101}, sourceLine: `${long}!${long}`},
		{message: 'at the end', position: {...position, column: 4}, sourceLine: 'abc'},
		{message: 'no line', position},
		{message: 'no place\u001B[2J', hint: 'none'},
	]);
	t.is(
		text,
		`p.yml:3:4: unknown key 'hsts'
    \t- hsts: all
    \t  ^
  did you mean hosts?

p.yml:3:3: odd
    a\\u{7}b
          ^

p.yml:3:7: wide
    名前🐄: 1
            ^

p.yml:3:101: far
    …${'x'.repeat(80)}!${'x'.repeat(79)}…
    ${' '.repeat(81)}^

p.yml:3:4: at the end
    abc
       ^

p.yml:3:4: no line

no place\\u{1b}[2J
  none

7 errors; nothing was changed`,
	);
	t.is(problemsText([{message: 'one'}]), 'one\n\n1 error; nothing was changed');
});

/** An error, its exit code, and its whole text. */
const errors: readonly (readonly [Error, number, string])[] = [
	[new InputError([{message: 'wrong'}]), exitCodes.input, 'wrong\n\n1 error; nothing was changed'],
	[new PrerequisiteError('no root', 'sudo\nor else'), exitCodes.prerequisite, 'no root\n  sudo\n  or else'],
	[new PrerequisiteError('no root'), exitCodes.prerequisite, 'no root'],
	[
		new UnreachableError('kvm1', 'no answer', 'ssh -v'),
		exitCodes.prerequisite,
		'kvm1 cannot be reached: no answer\n  ssh -v',
	],
	[new StepError('it did not', 'look'), exitCodes.undone, 'it did not\n  look'],
	[new StuckError('where is it', ['look', 'decide']), exitCodes.stuck, 'where is it\n  look\n  decide'],
	[
		new CommandError(failed),
		exitCodes.undone,
		"virsh on kvm1: exit code 1:   no\\u{1b}[2J\n  command on kvm1: virsh start 'a b'\n  error: 1\n    no\\u{1b}[2J",
	],
	[
		new ConnectionLostError('kvm1', ['virsh', 'start', 'a b'], 'reset'),
		exitCodes.stuck,
		"the connection to kvm1 was lost while virsh ran: reset\n  command on kvm1: virsh start 'a b'\n  the outcome of the command is unknown: check kvm1",
	],
	[new JournalError('cannot write the journal'), exitCodes.stuck, 'cannot write the journal'],
	[new InterruptedError(), exitCodes.interrupted, 'interrupted'],
	[
		Object.assign(new Error("EACCES: permission denied, mkdir '.vacate'"), {syscall: 'mkdir', code: 'EACCES'}),
		exitCodes.prerequisite,
		"EACCES: permission denied, mkdir '.vacate'",
	],
];

test('every error has its text and its exit code', t => {
	for (const [error, code, text] of errors) {
		t.is(exitCodeOf({of: 'error', error}), code, error.name);
		t.is(errorText(error), text);
	}
	t.is(exitCodeOf({of: 'error', error: new TypeError('oops')}), exitCodes.bug);
	t.regex(
		errorText(new TypeError('oops\u001B')),
		/^this is a bug in vacate; please report it:\nTypeError: oops\\u\{1b\}\n/,
	);
	t.regex(errorText('thrown'), /report it:\nthrown$/);
});
