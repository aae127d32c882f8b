import test from 'ava';
import type {Event} from '../../src/engine/events.ts';
import {exitCodes} from '../../src/errors.ts';
import {cut, padded, tableText, visible, widthOf} from '../../src/views/columns.ts';
import {FailureList} from '../../src/views/failures.ts';
import {bytesText, durationText, elapsedText, rateText} from '../../src/views/format.ts';
import {jsonView} from '../../src/views/json.ts';
import {linesOf} from '../../src/views/lines.ts';
import {maskedView} from '../../src/views/masked.ts';
import {colours} from '../../src/views/palette.ts';
import {plainView} from '../../src/views/plain.ts';
import {recapText} from '../../src/views/recap.ts';
import type {Output} from '../../src/views/view.ts';
import {action, failure, move, recap, recapSaid, said} from './events.ts';

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
