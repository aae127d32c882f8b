import {EventEmitter} from 'node:events';
import test from 'ava';
import type {ActionName, Event, Failure, Recap} from '../../src/engine/events.ts';
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
import {cut, padded, tableText, visible, widthOf} from '../../src/views/columns.ts';
import {errorText} from '../../src/views/error-text.ts';
import {FailureList} from '../../src/views/failures.ts';
import {bytesText, durationText, elapsedText, rateText} from '../../src/views/format.ts';
import {ignoreEpipe} from '../../src/views/ignore-epipe.ts';
import {jsonView} from '../../src/views/json.ts';
import {linesOf} from '../../src/views/lines.ts';
import {maskedView} from '../../src/views/masked.ts';
import {colours} from '../../src/views/palette.ts';
import {plainView} from '../../src/views/plain.ts';
import {problemsText} from '../../src/views/problems.ts';
import {recapText} from '../../src/views/recap.ts';
import {statusText} from '../../src/views/status.ts';
import type {Output} from '../../src/views/view.ts';

const action: ActionName = {
	id: 'play1.task1@kvm1#web1',
	host: 'kvm1',
	step: 'migrate',
	title: 'web1 to kvm2',
	guest: 'web1',
	to: 'kvm2',
};
const move = {guest: 'web1', uuid: 'u', from: 'kvm1', to: 'kvm2', bytes: 70_000_000, downtimeMs: 28};
const counts = {ok: 0, changed: 1, skipped: 0, failed: 0, unreachable: 0, undone: 0, stuck: 0, rescued: 0, ignored: 0};
const failure: Failure = {
	code: 'step',
	message: 'mail did not move to kvm3: no space',
	where: 'running (booted) on kvm1',
	remedies: ['df -h (on kvm3)'],
	command: {host: 'kvm1', line: 'virsh migrate', stderr: 'error: one\nerror: no space'},
};
const recap: Recap = {
	run: 'r1',
	exitCode: 4,
	durationMs: 12_000,
	hosts: {kvm1: {...counts, failed: 1}, 'kvm2 名': counts},
	guests: [
		{...move, outcome: 'changed', where: 'kvm2', seconds: 10.9},
		{guest: '名前', from: 'kvm1', to: 'kvm3', outcome: 'failed', where: 'running (booted) on kvm1', seconds: 1},
		{guest: 'off', from: 'kvm1', outcome: 'left', where: 'kvm1'},
	],
	moves: 1,
	undoneMoves: 0,
	irreversible: ['say on kvm1: only who wrote it knows'],
};

const story: readonly Event[] = [
	{type: 'run-started', at: 0, run: 'r1', playbook: 'evacuate.yml'},
	{type: 'play-started', at: 0, play: 'Empty a host', hosts: ['kvm1', 'kvm2']},
	{type: 'task-started', at: 10, task: 'play1.task1', name: 'Move', hosts: ['kvm1']},
	{type: 'guest-left', at: 10, guest: 'off', host: 'kvm1', reason: 'it is shut off', remedy: 'virsh start off'},
	{type: 'action-waiting', at: 10, action, limit: 'per_source kvm1'},
	{type: 'action-started', at: 100, action, attempt: 1},
	{type: 'action-retry', at: 200, action, attempt: 1, delayMs: 5000, failure: {...failure, message: 'no answer'}},
	{
		type: 'action-progress',
		at: 600,
		action,
		progress: {phase: 'disks', percent: 45.6, bytesPerSecond: 117_440_512, remainingBytes: 1_288_490_189},
	},
	{
		type: 'action-progress',
		at: 10_700,
		action,
		progress: {phase: 'memory', percent: 90, dirtyBytesPerSecond: 1024, iteration: 3},
	},
	{type: 'action-progress', at: 10_800, action, progress: {phase: 'memory', percent: 95}},
	{type: 'action-ended', at: 11_000, action, outcome: 'changed', durationMs: 10_900, move},
	{
		type: 'action-ended',
		at: 11_500,
		action: {id: 'play1.task1@kvm1#mail', host: 'kvm1', step: 'migrate', title: 'mail to kvm3', guest: 'mail'},
		outcome: 'failed',
		durationMs: 1000,
		failure,
		move: {...move, guest: 'mail', to: 'kvm3'},
	},
	{type: 'undo-started', at: 11_600, action: {id: 'i', host: 'kvm1', step: 'qemu_img_create', title: 'An image'}},
	{
		type: 'action-ended',
		at: 11_700,
		action: {id: 'i', host: 'kvm1', step: 'qemu_img_create', title: 'An image'},
		outcome: 'undone',
		durationMs: 100,
	},
	{
		type: 'action-ended',
		at: 11_800,
		action: {id: 'd', host: 'kvm2', step: 'debug', title: 'Say'},
		outcome: 'ok',
		durationMs: 1,
		result: {msg: {a: 'b\u202E'}},
	},
	{
		type: 'action-ended',
		at: 11_800,
		action: {id: 's', host: 'kvm2', step: 'debug', title: 'Not this'},
		outcome: 'skipped',
		durationMs: 0,
		reason: 'not when false',
	},
	{type: 'run-ended', at: 12_000, recap},
];

const recapSaid = `guest  from  to    outcome     bytes    time  downtime  now on
web1   kvm1  kvm2  changed  66.8 MiB  10.9 s     28 ms  kvm2
名前   kvm1  kvm3  failed              1.0 s            running (booted) on kvm1
off    kvm1        left                                 kvm1

1 of 3 guests moved, 66.8 MiB, longest downtime 28 ms

host     ok  changed  skipped  failed  unreachable  undone  stuck
kvm1      0        1        0       1            0       0      0
kvm2 名   0        1        0       0            0       0      0

stays: off on kvm1: it is shut off
  next: virsh start off
failed on kvm1: mail did not move to kvm3: no space
  guest location: running (booted) on kvm1
  next: df -h (on kvm3)

not undone: say on kvm1: only who wrote it knows

failed; failed actions were rolled back (12.0 s, run r1, exit code 4)
`;

const said = `    0.0 run r1: evacuate.yml
    0.0 play: Empty a host (kvm1, kvm2)
    0.0 task: Move
    0.0   stays    off on kvm1: it is shut off
    0.0            next: virsh start off
    0.0   waiting  web1 to kvm2: limit per_source of kvm1
    0.1   moving   web1 to kvm2
    0.2   retry    web1 to kvm2 in 5.0 s: no answer
   10.7   web1 to kvm2: memory  90 %  dirties 1.0 KiB/s  pass 3
   11.0   changed  web1 to kvm2 from kvm1 in 10.9 s, 66.8 MiB, 28 ms downtime
   11.5   failed   mail to kvm3 from kvm1 in 1.0 s
   11.5            mail did not move to kvm3: no space
   11.5            guest location: running (booted) on kvm1
   11.5            command on kvm1: virsh migrate
   11.5              error: one
   11.5              error: no space
   11.5            next: df -h (on kvm3)
   11.6   undoing  An image
   11.7   undone   An image on kvm1 in 100 ms
   11.8   ok       Say on kvm2
   11.8            {"a":"b\\u{202e}"}
   11.8   skipped  Not this on kvm2: not when false

${recapSaid}`;

function written(): {readonly output: Output; readonly text: () => string} {
	let text = '';
	return {
		output: {
			write: more => {
				text += more;
			},
		},
		text: () => text,
	};
}

test('quantities are told with three figures and their unit, rounded before the unit is chosen', t => {
	const sizes: readonly (readonly [number, string])[] = [
		[0, '0 B'],
		[1023, '1023 B'],
		[1024, '1.0 KiB'],
		[102_390, '100 KiB'],
		[1024 ** 2 - 1, '1.0 MiB'],
		[70_000_000, '66.8 MiB'],
		[5e12, '4.5 TiB'],
		[5e15, '4547 TiB'],
	];
	for (const [bytes, text] of sizes) t.is(bytesText(bytes), text);
	t.is(rateText(117_440_512), '112 MiB/s');
	const times: readonly (readonly [number, string, string])[] = [
		[0, '0 ms', '0 s'],
		[999.4, '999 ms', '0 s'],
		[999.6, '1.0 s', '0 s'],
		[4280, '4.3 s', '4 s'],
		[59_960, '1 min 00 s', '59 s'],
		[185_000, '3 min 05 s', '3 min 05 s'],
		[3_599_600, '1 h 00 min', '59 min 59 s'],
		[7_440_000, '2 h 04 min', '2 h 04 min'],
	];
	for (const [milliseconds, text, elapsed] of times) {
		t.is(durationText(milliseconds), text);
		t.is(elapsedText(milliseconds), elapsed);
	}
	t.is(elapsedText(-1), '0 s', 'a clock that was set back');
});

test('what would move the cursor or colour the screen is shown and not sent', t => {
	t.is(visible('a\u001B[31mred\u0007\nb\u202Ec\uD800'), 'a\\u{1b}[31mred\\u{7}\\nb\\u{202e}c\\u{d800}');
	t.is(visible('süß 名前 🐄'), 'süß 名前 🐄');
});

test('texts are measured, cut and padded in columns of the terminal', t => {
	const widths = {abc: 3, süß: 3, 'su\u0308ß': 3, 名前: 4, '🐄': 2, '\u001B[31mred\u001B[39m': 3, ｱ: 1};
	for (const [text, width] of Object.entries(widths)) t.is(widthOf(text), width, text);
	for (const emoji of ['👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', '1️⃣']) t.is(widthOf(emoji), 2, `${emoji} fills two cells`);
	t.is(cut('a👨‍👩‍👧‍👦bc', 4), 'a👨‍👩‍👧‍👦…');
	t.is(cut('a👨‍👩‍👧‍👦bc', 3), 'a…', 'an emoji of several code points is not cut apart');
	t.is(cut('abcdef', 6), 'abcdef');
	t.is(cut('abcdef', 5), 'abcd…');
	t.is(cut('名前名', 5), '名前…');
	t.is(cut('名前名', 4), '名…');
	t.is(cut('\u001B[31mlong red\u001B[39m', 5), 'long…');
	t.is(cut('abc', 0), '');
	t.is(padded('名', 4), '名  ');
	t.is(padded('名', 4, 'right'), '  名');
	t.is(
		tableText(
			[
				['guest', 'n'],
				['名前名', '10'],
				['\u001B[31mb\u001B[39m', '7'],
			],
			new Set([1]),
		),
		'guest    n\n名前名  10\n\u001B[31mb\u001B[39m        7',
	);
});

test('the plain view tells a run line by line, with seconds, progress seldom, and the recap', async t => {
	const {output, text} = written();
	const view = plainView(output);
	for (const event of story) view.on(event);
	view.tell('stopping');
	await view.end();
	t.is(text(), `${said}stopping\n`);
});

test('of many hosts a play names the first', t => {
	const {output, text} = written();
	const hosts = Array.from({length: 300}, (_, index) => `kvm${index + 1}`);
	plainView(output).on({type: 'play-started', at: 0, play: 'All', hosts});
	t.is(text(), '    0.0 play: All (kvm1, kvm2, kvm3, kvm4 and 296 others)\n');
});

test('the recap in colours says the same words', t => {
	const troubles = story.filter(event => event.type === 'guest-left' || event.type === 'action-ended') as never[];
	const failed = troubles.filter(event => 'failure' in event || 'remedy' in event);
	const text = recapText(recap, failed, colours);
	t.is(`${text.replaceAll(/\u001B\[\d+m/g, '')}\n`, recapSaid);
	t.true(text.includes('\u001B[31mfailed\u001B[39m'));
	t.true(text.includes('\u001B[32mchanged\u001B[39m'));
});

const ends: Readonly<Record<number, string>> = {
	[exitCodes.done]: 'done',
	[exitCodes.prerequisite]: 'a prerequisite is not met; nothing was changed',
	[exitCodes.undone]: 'failed; failed actions were rolled back',
	[exitCodes.incomplete]: 'incomplete: some guests were not moved; nothing was rolled back',
	[exitCodes.stuck]: 'stuck: manual intervention is required',
	[exitCodes.interrupted]: 'interrupted; actions in progress were rolled back',
};

const nexts: Readonly<Record<number, readonly string[]>> = {
	[exitCodes.stuck]: ['  to see its state: vacate status r1', '  when the cause is fixed: vacate resume r1'],
	[exitCodes.interrupted]: ['  completed actions were kept; to undo them: vacate undo r1'],
};

test('a recap ends with what its exit code means, and is short where nothing moved', t => {
	for (const [exitCode, end] of Object.entries(ends)) {
		const text = recapText({...recap, exitCode: Number(exitCode), hosts: {}, guests: [], irreversible: []}, []);
		const [last, ...next] = text.trim().split('\n');
		t.is(last, `${end} (12.0 s, run r1, exit code ${exitCode})`);
		t.deepEqual(next, nexts[Number(exitCode)] ?? []);
	}
});

const opened = {id: 'a', host: 'kvm1', title: 'web1 to kvm2', guest: 'web1', unsettled: true} as const;

for (const [title, status, expected] of [
	[
		'stuck',
		{
			exitCode: 5,
			actions: [
				{
					...opened,
					phase: 'stuck',
					now: 'running (booted) on kvm1; kvm2 does not respond',
					message: 'the move of web1 could not be undone',
					left: [
						{host: 'kvm2', path: '/images/web1', there: 'unknown'},
						{host: 'kvm3', path: '/images/web1', there: 'yes'},
					],
				},
			],
		},
		/running \(booted\) on kvm1; kvm2 does not respond\n\nweb1 to kvm2: the move of web1 could not be undone\n {2}left behind: kvm2:\/images\/web1 \(host unreachable\), kvm3:\/images\/web1\n\nThe run ended with exit code 5: 1 action is stuck\. When the cause is fixed: vacate resume r1$/,
	],
	[
		'dead',
		{actions: [{...opened, phase: 'started'}]},
		/\n\nThe run died with 1 action in progress\. .* vacate resume r1$/,
	],
	[
		'dead, with guests whose moves had not begun',
		{
			actions: [
				{...opened, phase: 'started'},
				{...opened, title: 'db1 to kvm3', unsettled: false, phase: 'waiting', now: 'running (booted) on kvm1'},
				{...opened, title: 'old to kvm3', unsettled: false, phase: 'left out', now: 'running (booted) on kvm1'},
			],
		},
		/kvm1 +db1 to kvm3 +not started +running \(booted\) on kvm1\nkvm1 +old to kvm3 +left out by a reviewer .*\n\nThe run died with 1 action in progress and 1 not started\. .* vacate resume r1$/,
	],
	[
		'over',
		{exitCode: 0, actions: [{...opened, unsettled: false, phase: 'succeeded'}]},
		/\n\nThe run ended with exit code 0\. .* vacate undo r1$/,
	],
	[
		'a person can tell',
		{
			actions: [
				{
					...opened,
					id: 'play1.task1@kvm1',
					title: 'upgrade',
					phase: 'started',
					resolve: ['it was done: vacate …', 'leave it'],
				},
			],
		},
		/\n\nplay1\.task1@kvm1 has no known outcome\. Check it, then run one of these:\n {2}it was done: vacate …\n {2}leave it\n\n/,
	],
	[
		'a person has told',
		{
			exitCode: 0,
			actions: [
				{
					...opened,
					unsettled: false,
					phase: 'skipped',
					resolution: {
						as: 'skip',
						origin: {operator: 'anna', controller: 'ctl', at: '2026-11-30T18:00:00Z', reason: 'dpkg was broken'},
					},
				},
			],
		},
		/left as it is\n\na: its outcome was unknown; it is left as it is: said by anna on ctl at 2026-11-30T18:00:00Z: dpkg was broken\n\nThe run ended with exit code 0\./,
	],
	[
		'guests that stayed, and kept copies',
		{
			exitCode: 6,
			actions: [{...opened, unsettled: false, phase: 'succeeded'}],
			left: [{guest: 'db1', host: 'kvm1', reason: 'no host takes it'}],
			kept: [{host: 'kvm1', copies: 2, bytes: 663_552}],
		},
		/\n\ndb1 stayed on kvm1: no host takes it\n\nkept copies: 2 on kvm1, 648 KiB\. .*vacate disks\n\nThe run ended with exit code 6/,
	],
	['alive', {alive: true, actions: []}, /no changes were made\n\nThe run is in progress\. .* vacate abort r1$/],
] as const) {
	test(`how a run stands, and what to run next: ${title}`, t => {
		t.regex(statusText({run: 'r1', playbook: 'p.yml', alive: false, ...status}), expected);
	});
}

test('what is stuck is told with where its guest is, what may lie about, and the commands to look and to decide', t => {
	const ended = {
		at: 1,
		type: 'action-ended',
		action: {id: 'a', host: 'kvm1', step: 'migrate', title: 'web1 to kvm2', guest: 'web1', to: 'kvm2'},
		outcome: 'stuck',
		durationMs: 1,
		failure: {
			code: 'stuck',
			message: 'where web1 is cannot be said for certain',
			remedies: ['look'],
			where: 'running (booted) on kvm1; kvm2 does not respond',
			left: [{host: 'kvm2', path: '/images/web1.qcow2'}],
		},
	} as const;
	const text = recapText({...recap, exitCode: exitCodes.stuck, hosts: {}, guests: [], irreversible: []}, [ended]);
	t.true(
		text.startsWith(`stuck on kvm1: web1 to kvm2: where web1 is cannot be said for certain
  guest location: running (booted) on kvm1; kvm2 does not respond
  possibly left behind: kvm2:/images/web1.qcow2
  next: look
`),
		text,
	);
	t.true(linesOf(ended).some(line => line.includes('possibly left behind: kvm2:/images/web1.qcow2')));
});

test('the JSON view is one event a line, the first with the version of the format; sentences go aside', async t => {
	const {output, text} = written();
	const aside = written();
	const view = jsonView(output, aside.output);
	for (const event of story) view.on(event);
	view.tell('stopping');
	await view.end();
	const [first, ...rest] = text().trimEnd().split('\n');
	t.deepEqual(JSON.parse(first ?? ''), {version: 1, ...story[0]});
	t.deepEqual(
		rest.map(line => JSON.parse(line)),
		story.slice(1) as unknown[],
	);
	t.is(aside.text(), 'stopping\n');
});

test('neither the JSON view nor a sentence moves the cursor, whatever stands in a name', async t => {
	const hostile = 'a\u001b]0;x\u0007\u009b31m\u202e\u{e0041}';
	const {output, text} = written();
	const aside = written();
	const view = maskedView(jsonView(output, aside.output));
	const event: Event = {type: 'run-started', at: 1, run: 'r', playbook: hostile};
	view.on(event);
	view.tell(`${hostile}\nsecond line`);
	await view.end();
	t.notRegex(text().trimEnd() + aside.text().replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
	t.deepEqual(JSON.parse(text()), {version: 1, ...event});
	t.regex(aside.text(), /\nsecond line\n$/);
});

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

const failed = {
	host: 'kvm1',
	argv: ['virsh', 'start', 'a b'],
	ending: 'exit code 1',
	stdout: '',
	stderr: 'error: 1\n  no\u001B[2J\n',
};

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

test('a failure that is ignored or rescued says so, and is no trouble of the recap', t => {
	const action = {id: 'play1.task1@kvm1', host: 'kvm1', step: 'command', title: 'look'};
	const failure = {code: 'command', message: 'exit code 1', remedies: []};
	const ended = {type: 'action-ended', at: 0, action, outcome: 'failed', durationMs: 0, failure} as const;
	const troubles = new FailureList();
	for (const [event, says] of [
		[{...ended, ignored: true}, '  failed   look on kvm1, ignored'],
		[{...ended, rescued: true}, '  failed   look on kvm1, rescued'],
		[ended, '  failed   look on kvm1'],
	] as const) {
		troubles.on(event);
		t.is(linesOf(event)[0], says);
	}
	t.deepEqual(troubles.all, [ended]);
});
