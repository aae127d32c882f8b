import test from 'ava';
import type {ActionName, Event} from '../../src/engine/events.ts';
import {cut, widthOf} from '../../src/views/columns.ts';
import {liveView} from '../../src/views/live.ts';
import {Painter, type Terminal} from '../../src/views/painter.ts';
import {colours} from '../../src/views/palette.ts';
import {Screen} from '../../src/views/screen.ts';

const MiB = 1024 ** 2;

function moveOf(guest: string, to = 'kvm2'): ActionName {
	return {id: `play1.task1@kvm1#${guest}`, host: 'kvm1', step: 'migrate', title: `${guest} to ${to}`, guest, to};
}

/** A run in its middle: two guests move, one has moved, one has failed, three wait, and a host works at a command. */
const middle: readonly Event[] = [
	{type: 'play-started', at: 0, play: 'Empty a host', hosts: ['kvm1']},
	{type: 'task-started', at: 0, task: 'play1.task1', name: 'Move', hosts: ['kvm1']},
	...['web1', 'mail', 'db1', 'cache-1'].map(
		(guest): Event => ({type: 'action-started', at: 0, action: moveOf(guest), attempt: 1}),
	),
	...['a', 'b'].map(
		(guest): Event => ({type: 'action-waiting', at: 0, action: moveOf(guest), limit: 'per_source kvm1'}),
	),
	{type: 'action-waiting', at: 0, action: moveOf('c'), limit: 'total'},
	{type: 'action-ended', at: 5000, action: moveOf('web1'), outcome: 'changed', durationMs: 5000},
	{
		type: 'action-ended',
		at: 6000,
		action: moveOf('mail', 'kvm3'),
		outcome: 'failed',
		durationMs: 6000,
		failure: {code: 'step', message: 'no space on kvm3', remedies: []},
	},
	{
		type: 'action-progress',
		at: 60_000,
		action: moveOf('db1'),
		progress: {
			phase: 'memory',
			percent: 45.6,
			bytesPerSecond: 112 * MiB,
			remainingBytes: 1.2 * 1024 * MiB,
			dirtyBytesPerSecond: 22 * MiB,
			iteration: 3,
		},
	},
	{type: 'action-progress', at: 60_000, action: moveOf('cache-1'), progress: {phase: 'prepare'}},
	{type: 'task-started', at: 0, task: 'play1.task2', name: 'Look', hosts: ['kvm1']},
	{
		type: 'action-started',
		at: 61_000,
		action: {id: 'play1.task2@kvm1', host: 'kvm1', step: 'command', title: 'Look'},
		attempt: 1,
	},
];

/** The same moment on terminals of several sizes. */
const windows: readonly {readonly width: number; readonly height: number; readonly shows: string}[] = [
	{
		width: 130,
		height: 20,
		shows: `
Empty a host › Move
  db1       kvm1 → kvm2  memory    ━━━━━━━━───────────   45 %   112 MiB/s   1.2 GiB left   1 min 05 s  dirties 22.0 MiB/s, pass 3
  cache-1   kvm1 → kvm2  prepare                                                           1 min 05 s
Empty a host › Look
  kvm1      Look                                                                                  4 s
  a         kvm1 → kvm2  waits for limit per_source of kvm1
  b         kvm1 → kvm2  waits for limit per_source of kvm1
  c         kvm1 → kvm2  waits for limit total
✗ failed  mail to kvm3: no space on kvm3
1 of 7 moved · 3 in progress · 1 failed · 3 waiting (2 for limit per_source of kvm1, 1 for limit total) · 112 MiB/s · 1 min 05 s`,
	},
	{
		width: 79,
		height: 12,
		shows: `
Empty a host › Move
  db1       kvm1 → kvm2  memory    ━━━━━───────   45 %   112 MiB/s   1 min 05 s
  cache-1   kvm1 → kvm2  prepare                                     1 min 05 s
Empty a host › Look
  kvm1      Look                                                            4 s
  a         kvm1 → kvm2  waits for limit per_source of kvm1
  b         kvm1 → kvm2  waits for limit per_source of kvm1
  c         kvm1 → kvm2  waits for limit total
✗ failed  mail to kvm3: no space on kvm3
1 of 7 moved · 3 in progress · 1 failed · 3 waiting · 112 MiB/s · 1 min 05 s`,
	},
	{
		width: 40,
		height: 5,
		shows: `Empty a host › Move
  db1        45 %   1 min 05 s
  cache-1           1 min 05 s
  and 1 more
1 of 7 moved · 3 in progress · 1 failed…`,
	},
	{width: 10, height: 1, shows: '1 of 7 mo…'},
];

function screenOf(events: readonly Event[], screen = new Screen()): Screen {
	for (const event of events) screen.on(event);
	return screen;
}

for (const {width, height, shows} of windows) {
	test(`the window of a terminal with ${width} columns and ${height} lines`, t => {
		const rows = screenOf(middle).rows(width, height, 65_000);
		t.is(rows.map(row => row.trimEnd()).join('\n'), shows);
		t.true(rows.length <= height);
		t.true(rows.every(row => widthOf(row) <= width));
	});
}

test('colours change nothing but colours', t => {
	const plain = screenOf(middle).rows(130, 20, 65_000);
	const coloured = screenOf(middle, new Screen(colours)).rows(130, 20, 65_000);
	t.deepEqual(
		coloured.map(row => row.replaceAll(/\u001B\[\d+m/g, '')),
		[...plain],
	);
	t.true(coloured.join('').includes('\u001B[31m✗ failed\u001B[39m'));
});

test('without guests that move, what is done is counted; an undo says so', t => {
	const image: ActionName = {id: 'play1.task1@kvm1', host: 'kvm1', step: 'qemu_img_create', title: 'An image'};
	const screen = screenOf([{type: 'action-ended', at: 0, action: image, outcome: 'changed', durationMs: 9}]);
	screen.on({type: 'undo-started', at: 0, action: image});
	t.deepEqual(screen.rows(60, 8, 3000), [
		'',
		'  kvm1      undo An image                         3 s',
		'1 done · 1 in progress · 3 s',
	]);
	screen.on({type: 'action-ended', at: 0, action: image, outcome: 'undone', durationMs: 9});
	t.deepEqual(screen.rows(60, 4, 3000), ['2 done · 3 s']);
});

test('a retry says so until its figures come; what had nothing to move is not counted', t => {
	const screen = screenOf(middle.slice(0, 3));
	const failure = {code: 'step', message: 'no answer', remedies: []};
	screen.on({type: 'action-progress', at: 0, action: moveOf('web1'), progress: {phase: 'disks', percent: 50}});
	screen.on({type: 'action-retry', at: 9000, action: moveOf('web1'), attempt: 1, delayMs: 5000, failure});
	t.deepEqual(screen.rows(60, 4, 9000), [
		'Empty a host › Move',
		'  web1      kvm1 → kvm2  retry                    9 s',
		'0 of 1 moved · 1 in progress · 9 s',
	]);
	screen.on({
		type: 'action-ended',
		at: 9000,
		action: moveOf('web1'),
		outcome: 'skipped',
		durationMs: 0,
		reason: 'there',
	});
	screen.on({type: 'action-waiting', at: 9000, action: moveOf('db1'), limit: 'total'});
	t.deepEqual(screen.rows(60, 4, 9000), ['0 of 1 moved · 1 waiting for limit total · 9 s']);
	screen.on({type: 'action-ended', at: 9000, action: moveOf('db1'), outcome: 'skipped', durationMs: 0, reason: 'stop'});
	t.deepEqual(screen.rows(60, 4, 9000), ['0 of 1 moved · 9 s']);
});

test('a thousand running actions fit on the screen, and hostile or wide names do not break it', t => {
	const screen = new Screen();
	for (let index = 0; index < 1000; index++) {
		const guest = `名前\u001B[2J${index}\u202E with a very long name indeed, longer than any column`;
		screen.on({type: 'action-started', at: 0, action: moveOf(guest), attempt: 1});
	}
	const rows = screen.rows(60, 20, 1000);
	t.is(rows.length, 20);
	t.true(rows.every(row => widthOf(row) <= 60));
	t.false(/[\u001B\u202E]/.test(rows.join('')));
	t.is(rows.at(-2), '  and 983 more');
});

/** A terminal that keeps what is on it, as far as the painter’s few codes go. */
class FakeTerminal implements Terminal {
	readonly rows = 20;
	readonly lines: string[] = [''];
	writes = 0;
	bytes = 0;
	cursorShown = true;
	#row = 0;
	#column = 0;

	constructor(
		readonly columns: number,
		readonly colourful = false,
	) {}

	hasColors(): boolean {
		return this.colourful;
	}

	write(text: string): void {
		this.writes += 1;
		this.bytes += Buffer.byteLength(text);
		for (const [, code, plain] of text.matchAll(/(\u001B\[[?\d]*[A-Za-z]|\r|\n)|([^\u001B\r\n]+)/g)) {
			if (plain !== undefined) this.#print(plain);
			else this.#obey(code ?? '');
		}
	}

	get shown(): string {
		return this.lines.join('\n').trimEnd();
	}

	#print(text: string): void {
		const line = this.lines[this.#row] ?? '';
		this.lines[this.#row] =
			line.slice(0, this.#column).padEnd(this.#column) + text + line.slice(this.#column + text.length);
		this.#column += text.length;
	}

	#obey(code: string): void {
		const [, count, letter] = /^\u001B\[\??(\d*)([A-Za-z])$/.exec(code) ?? [];
		if (code === '\n') {
			this.#row += 1;
			this.#column = 0;
			this.lines[this.#row] ??= '';
		} else if (code === '\r') this.#column = 0;
		else if (letter === 'A') this.#row = Math.max(0, this.#row - Number(count));
		else if (letter === 'K') this.lines[this.#row] = (this.lines[this.#row] ?? '').slice(0, this.#column);
		else if (letter === 'J') {
			this.lines[this.#row] = (this.lines[this.#row] ?? '').slice(0, this.#column);
			this.lines.length = this.#row + 1;
		} else if (letter === 'h' || letter === 'l') this.cursorShown = letter === 'h';
		else if (letter !== 'm') throw new Error(`an unexpected code: ${JSON.stringify(code)}`);
	}
}

/** Time that a test moves on. */
function handRhythm() {
	const paints = new Set<() => void>();
	const intervals: number[] = [];
	let time = 0;
	return {
		intervals,
		paints,
		tick(milliseconds: number) {
			time += milliseconds;
			for (const paint of paints) paint();
		},
		rhythm: {
			now: () => time,
			every(milliseconds: number, paint: () => void) {
				intervals.push(milliseconds);
				paints.add(paint);
				return () => {
					paints.delete(paint);
				};
			},
		},
	};
}

test('what has ended stays above the window, the window changes in place and goes at the end', async t => {
	const terminal = new FakeTerminal(80);
	const {rhythm, tick, paints} = handRhythm();
	const view = liveView(terminal, rhythm);
	const [play, task, ...rest] = middle;
	if (play !== undefined) view.on(play);
	if (task !== undefined) view.on(task);
	const progress = {phase: 'disks', percent: 50} as const;
	view.on({type: 'action-started', at: 0, action: moveOf('web1'), attempt: 1});
	tick(100);
	t.false(terminal.cursorShown);
	const story = '\nplay: Empty a host (kvm1)\ntask: Move\n';
	t.is(
		terminal.shown,
		`${story}
Empty a host › Move
  web1      kvm1 → kvm2                                                     0 s
0 of 1 moved · 1 in progress · 0 s`,
	);
	view.on({type: 'action-progress', at: 0, action: moveOf('web1'), progress});
	view.tell('a sentence');
	tick(2000);
	t.is(
		terminal.shown,
		`${story}a sentence

Empty a host › Move
  web1      kvm1 → kvm2  disks     ━━━━━━──────   50 %                      2 s
0 of 1 moved · 1 in progress · 2 s`,
	);
	const {writes} = terminal;
	tick(100);
	t.is(terminal.writes, writes, 'nothing has changed: nothing is written');
	for (const event of rest) view.on(event);
	await view.end();
	t.is(
		terminal.shown,
		`${story}a sentence
  changed  web1 to kvm2 from kvm1 in 5.0 s
  failed   mail to kvm3 from kvm1 in 6.0 s
           no space on kvm3
task: Look`,
	);
	t.true(terminal.cursorShown);
	t.is(paints.size, 0);
});

test('a thousand guests that move twenty at a time are drawn at most ten times a second, in few bytes', async t => {
	const terminal = new FakeTerminal(120, true);
	const {rhythm, tick, intervals} = handRhythm();
	const view = liveView(terminal, rhythm);
	const guests = Array.from({length: 1000}, (_, index) => moveOf(`guest${index}`));
	let events = 0;
	const emit = (event: Event) => {
		events += 1;
		view.on(event);
	};
	for (const action of guests) emit({type: 'action-waiting', at: 0, action, limit: 'total'});
	for (let first = 0; first < guests.length; first += 20) {
		const moving = guests.slice(first, first + 20);
		for (const action of moving) emit({type: 'action-started', at: 0, action, attempt: 1});
		for (let percent = 0; percent <= 100; percent += 10) {
			for (const action of moving) emit({type: 'action-progress', at: 0, action, progress: {phase: 'disks', percent}});
			tick(100);
		}
		for (const action of moving) emit({type: 'action-ended', at: 0, action, outcome: 'changed', durationMs: 1000});
	}
	const ticks = 50 * 11;
	await view.end();
	t.deepEqual(intervals, [100]);
	t.is(events, 14_000);
	t.true(terminal.writes <= ticks + 3, `${terminal.writes} writes`);
	t.true(terminal.bytes < ticks * 4096, `${terminal.bytes} bytes`);
	t.is(terminal.lines.filter(line => line.startsWith('  changed  guest')).length, 1000);
});

test('a terminal that has become narrower is cleaned of the lines that it has wrapped', t => {
	const written: string[] = [];
	const terminal = {columns: 40, write: (text: string) => written.push(text)};
	const painter = new Painter(terminal);
	painter.paint([cut('x'.repeat(60), 39), '名'.repeat(15), '']);
	terminal.columns = 20;
	painter.paint(['y']);
	t.is(written[1], `\r\u001B[5Ay\u001B[0K\n\u001B[0J`);
});

test('a renderer that never began leaves nothing behind', async t => {
	const terminal = new FakeTerminal(80);
	const view = liveView(terminal);
	await view.end();
	t.is(terminal.shown, '');
	t.true(terminal.cursorShown);
});
