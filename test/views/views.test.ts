import test from 'ava';
import type {ActionName, Event, Recap} from '../../src/engine/events.ts';
import {
	CommandError,
	exitCodes,
	InputError,
	PrerequisiteError,
	StuckError,
	UnreachableError,
} from '../../src/errors.ts';
import {errorText, exitCodeOf} from '../../src/views/error-text.ts';
import {bytesText, durationText, rateText, tableText, visible} from '../../src/views/format.ts';
import {jsonView} from '../../src/views/json.ts';
import {liveView} from '../../src/views/live.ts';
import {plainView} from '../../src/views/plain.ts';
import {problemsText} from '../../src/views/problems.ts';
import {Screen} from '../../src/views/screen.ts';

const action: ActionName = {
	id: 'play1.task1@kvm1#web1',
	host: 'kvm1',
	step: 'migrate',
	title: 'web1 to kvm2',
	guest: 'web1',
};
const move = {guest: 'web1', uuid: 'u', from: 'kvm1', to: 'kvm2', bytes: 70_000_000, downtimeMs: 28};
const counts = {ok: 0, changed: 1, skipped: 0, failed: 0, unreachable: 0, undone: 0, stuck: 0};
const recap: Recap = {
	run: 'r1',
	exitCode: 0,
	durationMs: 4200,
	hosts: {kvm1: counts},
	guests: [
		{
			guest: 'web1',
			uuid: 'u',
			from: 'kvm1',
			to: 'kvm2',
			outcome: 'changed',
			where: 'kvm2',
			bytes: 70_000_000,
			seconds: 4.1,
			downtimeMs: 28,
		},
	],
	irreversible: ['say on kvm1: only who wrote it knows'],
};

const story: readonly Event[] = [
	{type: 'run-started', at: 0, run: 'r1', playbook: 'evacuate.yml'},
	{type: 'play-started', at: 0, play: 'Empty a host', hosts: ['kvm1']},
	{type: 'task-started', at: 10, task: 'play1.task1', name: 'Move', hosts: ['kvm1']},
	{type: 'action-waiting', at: 10, action, limit: 'per_source kvm1'},
	{type: 'action-started', at: 100, action, attempt: 1},
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
	{type: 'action-ended', at: 11_000, action, outcome: 'changed', durationMs: 10_900, move},
	{type: 'guest-left', at: 11_000, guest: 'off', host: 'kvm1', reason: 'it is shut off', remedy: 'virsh start off'},
	{type: 'run-ended', at: 11_000, recap},
];

function written(): {readonly output: {write(text: string): void}; readonly text: () => string} {
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

test('quantities are told with three figures and their unit', t => {
	t.deepEqual([0, 1023, 1024, 70_000_000, 5e12].map(bytesText), ['0 B', '1023 B', '1.0 KiB', '66.8 MiB', '4.5 TiB']);
	t.is(rateText(117_440_512), '112 MiB/s');
	t.deepEqual([0, 850, 4200, 185_000, 7_440_000].map(durationText), [
		'0 ms',
		'850 ms',
		'4.2 s',
		'3 min 05 s',
		'2 h 04 min',
	]);
});

test('what would move the cursor or colour the screen is shown and not sent', t => {
	t.is(visible('a\u001B[31mred\u0007\nb\u202Ec'), 'a\\u{1b}[31mred\\u{7}\\nb\\u{202e}c');
	t.is(visible('süß 名前 🐄'), 'süß 名前 🐄');
});

test('columns are as wide as their widest cell', t => {
	t.is(
		tableText(
			[
				['guest', 'n'],
				['a', '10'],
				['longer', '7'],
			],
			new Set([1]),
		),
		'guest    n\na       10\nlonger   7',
	);
});

test('the plain view tells a run line by line, with seconds, progress seldom, and the recap', async t => {
	const {output, text} = written();
	const view = plainView(output);
	for (const event of story) view.on(event);
	await view.end();
	t.is(
		text(),
		`    0.0 run r1: evacuate.yml
    0.0 play: Empty a host (kvm1)
    0.0 task: Move
    0.0   waits    web1 to kvm2: limit per_source of kvm1
    0.1   moves    web1 to kvm2
   10.7   web1 to kvm2: memory  90 %  dirties 1.0 KiB/s  pass 3
   11.0   changed  web1 to kvm2 from kvm1 in 10.9 s, 66.8 MiB, 28 ms downtime
   11.0   stays    off on kvm1: it is shut off
   11.0            virsh start off

guest  from  to    outcome     bytes   time  downtime  is now on
web1   kvm1  kvm2  changed  66.8 MiB  4.1 s     28 ms  kvm2

host  ok  changed  skipped  failed  unreachable  undone  stuck
kvm1   0        1        0       0            0       0      0

not taken back: say on kvm1: only who wrote it knows

done in 4.2 s (run r1, exit code 0)
`,
	);
});

test('a failure says what failed and why, where the guest is, the command, and what to run next', async t => {
	const {output, text} = written();
	const failure = {
		code: 'step',
		message: 'web1 did not move to kvm2: no space',
		where: 'running (booted) on kvm1',
		remedies: ['df -h (on kvm2)'],
		command: {host: 'kvm1', line: 'virsh migrate', stderr: 'error: one\nerror: no space'},
	};
	plainView(output).on({type: 'action-ended', at: 0, action, outcome: 'failed', durationMs: 1000, failure, move});
	t.is(
		text(),
		`    0.0   failed   web1 to kvm2 from kvm1 in 1.0 s
    0.0            web1 did not move to kvm2: no space
    0.0            where it is: running (booted) on kvm1
    0.0            command on kvm1: virsh migrate
    0.0              error: one
    0.0              error: no space
    0.0            next: df -h (on kvm2)
`,
	);
});

test('the JSON view is one event a line, the first with the version of the format', t => {
	const {output, text} = written();
	const view = jsonView(output);
	for (const event of story) view.on(event);
	const lines = text()
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	t.is(lines.length, story.length);
	t.like(lines[0], {version: 1, type: 'run-started'});
	t.false('version' in lines[1]);
});

test('the screen shows what runs, with bar and figures, what waits for which limit, and totals', t => {
	const screen = new Screen();
	for (const event of story.slice(0, 4)) screen.on(event);
	t.deepEqual(screen.rows(100, 10, 4000), ['0 done · 0 running · 1 waiting for per_source kvm1 · 4.0 s']);
	for (const event of story.slice(4, 6)) screen.on(event);
	t.deepEqual(screen.rows(100, 10, 4100), [
		'  web1 to kvm2      4.0 s  disks     █████████░░░░░░░░░░░   45 %  112 MiB/s  1.2 GiB left',
		'0 done · 1 running · 112 MiB/s · 4.1 s',
	]);
	screen.on(story[7] as Event);
	t.deepEqual(screen.rows(100, 10, 11_000), ['1 done · 0 running · 11.0 s']);
});

test('a thousand actions fit on the screen, cut to its size, and hostile names do not break it', t => {
	const screen = new Screen();
	for (let index = 0; index < 1000; index++) {
		const title = `guest\u001B[2J${index} with a very long name indeed, longer than any column`;
		screen.on({type: 'action-started', at: 0, action: {...action, id: String(index), title}, attempt: 1});
	}
	const rows = screen.rows(60, 20, 1000);
	t.is(rows.length, 20);
	t.true(rows.every(row => [...row].length <= 60));
	t.false(rows.join('').includes('\u001B'));
	t.is(rows.at(-2), '  and 982 more');
});

test('the live view prints what has ended for good, shows the cursor again, and repaints no more than it must', async t => {
	const {output, text} = written();
	let writes = 0;
	const write = (more: string) => {
		writes += 1;
		output.write(more);
	};
	const terminal = {columns: 100, rows: 20, write};
	const view = liveView(terminal, () => 0);
	for (const event of story) view.on(event);
	for (let index = 0; index < 1000; index++) {
		view.on({type: 'action-progress', at: 0, action, progress: {phase: 'disks', percent: index / 10}});
	}
	await view.end();
	t.true(text().includes('changed  web1 to kvm2'));
	t.true(text().includes('done in 4.2 s'));
	t.true(text().endsWith('\u001B[?25h'));
	t.true(writes < 10, `${writes} writes`);
});

test('mistakes are told with place, line, caret and hint; tabs and odd characters keep the caret in place', t => {
	const position = {file: 'p.yml', line: 3, column: 4};
	const text = problemsText([
		{message: "unknown key 'hsts'", position, sourceLine: '\t- hsts: all', hint: 'did you mean hosts?'},
		{message: 'odd', position: {...position, column: 3}, sourceLine: 'a\u0007b'},
		{message: 'no place'},
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

no place

3 mistakes; nothing was touched`,
	);
});

test('every error has its text and its exit code', t => {
	const failed = {host: 'kvm1', argv: ['virsh', 'list'], ending: 'exit code 1', stdout: '', stderr: 'error: no\n'};
	const cases = [
		[new InputError([{message: 'wrong'}]), exitCodes.input, /^wrong/],
		[new PrerequisiteError('no root', 'sudo'), exitCodes.prerequisite, /^no root\n {2}sudo$/],
		[
			new UnreachableError('kvm1', 'no answer', 'ssh -v'),
			exitCodes.prerequisite,
			/kvm1 cannot be reached: no answer\n {2}ssh -v/,
		],
		[new StuckError('where is it', ['look', 'decide']), exitCodes.stuck, /^where is it\n {2}look\n {2}decide$/],
		[
			new CommandError(failed),
			exitCodes.undone,
			/virsh on kvm1: exit code 1: error: no\n {2}command on kvm1: virsh list/,
		],
		[new TypeError('oops'), exitCodes.bug, /a bug of vacate/],
	] as const;
	for (const [error, code, text] of cases) {
		t.is(exitCodeOf(error), code, error.name);
		t.regex(errorText(error), text);
	}
});
