import {readdirSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {JournalEntry} from '../../src/engine/ports.ts';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {InputError, JournalError} from '../../src/errors.ts';
import {reopenJournal} from '../../src/store/journal.ts';
import {lineDigest, lineOf, readLine} from '../../src/store/journal-line.ts';
import {journalFrom} from '../../src/store/journal-text.ts';
import {readJournal} from '../../src/store/read-journal.ts';

/** A journal of each format version, as written by a run. */
const versions = new URL('../../../test/store/versions', import.meta.url).pathname;

const run: JournalEntry = {type: 'run', version: 1, run: 'r', playbook: 'p.yml'};
const started = (id: string): JournalEntry => ({
	type: 'started',
	id,
	host: 'kvm1',
	step: 'migrate',
	action: {guest: 'ü"\n'},
});

async function journalOf(...records: readonly JournalEntry[]): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-read-'));
	await writeFile(join(folder, 'journal.jsonl'), records.map((record, index) => lineOf(index + 1, 7, record)).join(''));
	return folder;
}

test('a line is read back unchanged; a line with a byte missing or changed is rejected', t => {
	const line = lineOf(3, 7, started('a')).trimEnd();
	t.like(readLine(line), {n: 3, at: 7, type: 'started', id: 'a', action: {guest: 'ü"\n'}});
	for (let length = 0; length < line.length; length++) t.is(readLine(line.slice(0, length)), undefined);
	t.is(readLine(line.replace('migrate', 'Migrate')), undefined);
	t.is(readLine(line.replace('"n":3', '"n":4')), undefined);
});

test('truncated at any byte of its last records, a journal yields the complete records and can be continued', async t => {
	const whole = await journalOf(run, started('a'), {type: 'succeeded', id: 'a', receipt: {ü: 1}});
	const file = join(whole, 'journal.jsonl');
	const bytes = await readFile(file);
	const first = Buffer.byteLength(lineOf(1, 7, run));
	for (let length = first; length <= bytes.length; length++) {
		await writeFile(file, bytes.subarray(0, length));
		const written = await readJournal(whole);
		t.true(written.bytes <= length);
		const journal = await reopenJournal(whole, written, () => 8);
		await journal.append({type: 'ended', exitCode: 0});
		await journal.close();
		const again = await readJournal(whole);
		t.is(again.lines.length, written.lines.length + 1);
		t.is(replayJournal(again.lines).exitCode, 0);
	}
	await rm(whole, {recursive: true});
});

for (const version of readdirSync(versions)) {
	test(`a journal of version ${version} of the format is read, and its run can be gone on with`, async t => {
		const {lines} = await readJournal(join(versions, version));
		const {run, actions, exitCode} = replayJournal(lines);
		t.is(String(run.version), version);
		t.is(exitCode, undefined);
		t.deepEqual(
			actions.map(({id, step, phase}) => `${id} ${step} ${phase}`),
			[
				'play1.task1@kvm1 command succeeded',
				'play1.task2@kvm1#web1 migrate succeeded',
				'play1.task2@kvm1#db1 migrate undone',
				'play1.task2@kvm1#app1 migrate stuck',
				'play1.task2@kvm1#mail1 migrate undoing',
			],
		);
		t.like(actions[1]?.receipt, {images: [{path: '/images/web1-0.qcow2'}]});
		t.deepEqual(actions[0]?.overrides, {becomeUser: 'admin', hidden: true});
	});
}

test('an unknown format version is an error', async t => {
	const folder = await journalOf({...run, version: 4} as never);
	await t.throwsAsync(readJournal(folder), {
		instanceOf: JournalError,
		message: /unsupported format version 4; this vacate reads 1, 2, 3$/,
	});
	await rm(folder, {recursive: true});
});

test('a damaged line followed by others is an error', async t => {
	const folder = await journalOf(
		run,
		started('a'),
		{type: 'failed', id: 'a', message: 'm'},
		{type: 'ended', exitCode: 3},
	);
	const file = join(folder, 'journal.jsonl');
	const text = await readFile(file, 'utf8');
	await writeFile(file, text.replace('"failed"', '"fAiled"'));
	await t.throwsAsync(readJournal(folder), {
		instanceOf: JournalError,
		message: /:3: the line is damaged and more lines follow it/,
	});
	const lines = text.split('\n');
	await writeFile(file, [lines[0], lines[2], lines[3], ''].join('\n'));
	await t.throwsAsync(readJournal(folder), {instanceOf: JournalError, message: /record 3 follows record 1/});
	await rm(folder, {recursive: true});
	await t.throwsAsync(readJournal(folder), {instanceOf: InputError});
});

/** A journal of the present format, as its lines. */
function chain(...records: readonly JournalEntry[]): readonly string[] {
	const lines: string[] = [];
	for (const [index, record] of records.entries()) {
		const before = lines.at(-1);
		lines.push(lineOf(index + 1, 7, record, before === undefined ? undefined : lineDigest(before)));
	}
	return lines;
}

const story = chain(
	{...run, version: 3},
	started('a'),
	{type: 'succeeded', id: 'a', receipt: {ü: 1}},
	{type: 'ended', exitCode: 0},
);

test('a byte that is changed anywhere in a journal is told, in the last line too', t => {
	const bytes = Buffer.from(story.join(''));
	t.is(journalFrom('j', bytes.toString()).lines.length, 4);
	for (let index = 0; index < bytes.length; index++) {
		for (const by of [1, 32, 128]) {
			const changed = Buffer.from(bytes);
			changed[index] = (bytes[index] ?? 0) ^ by;
			t.throws(() => journalFrom('j', changed.toString()), {instanceOf: JournalError}, `byte ${index} xor ${by}`);
		}
	}
});

test('a line that was written anew, with a checksum that fits, does not fit the line after it', t => {
	const [first = '', second = '', ...rest] = story;
	const other = lineOf(2, 7, started('b'), lineDigest(first));
	t.throws(() => journalFrom('j', [first, other, ...rest].join('')), {
		message: 'j:3: the line before it was changed: its digest is not the one that this line holds',
	});
	const unlinked = lineOf(2, 7, started('a'));
	t.throws(() => journalFrom('j', [first, unlinked, ...rest].join('')), {
		message: 'j:2: the line was changed: it does not hold the digest of the line before',
	});
	t.throws(() => journalFrom('j', [first, ...rest].join('')), {message: /^j:2: record 3 follows record 1/});
	t.is(journalFrom('j', [first, second].join('')).lines.length, 2, 'a journal that ends early is one of a crash');
});

for (const version of [1, 2] as const) {
	test(`a run of version ${version} that is gone on with chains what is written from then on`, async t => {
		const folder = await journalOf({...run, version}, started('a'));
		const journal = await reopenJournal(folder, await readJournal(folder), () => 8);
		await journal.append({type: 'failed', id: 'a', message: 'm'});
		await journal.append({type: 'ended', exitCode: 4});
		await journal.close();
		const file = join(folder, 'journal.jsonl');
		const text = await readFile(file, 'utf8');
		t.is((await readJournal(folder)).lines.length, 4);
		const forged = lineOf(2, 7, started('b'));
		await writeFile(
			file,
			text.replace(/^.*\n.*\n/, line => line.replace(/\n.*\n$/, `\n${forged}`)),
		);
		await t.throwsAsync(readJournal(folder), {message: /:3: the line before it was changed/});
		await rm(folder, {recursive: true});
	});
}

const succeeded: JournalEntry = {type: 'succeeded', id: 'a', receipt: 1};
const failed: JournalEntry = {type: 'failed', id: 'a', message: 'm'};
const undoing: JournalEntry = {type: 'undo-started', id: 'a'};
const undone: JournalEntry = {type: 'undone', id: 'a'};
const stuck: JournalEntry = {type: 'stuck', id: 'a', message: 'm'};

for (const [records, phase] of [
	[[], 'started'],
	[[succeeded], 'succeeded'],
	[[failed], 'failed'],
	[[failed, undoing], 'undoing'],
	[[failed, undoing, undone], 'undone'],
	[[failed, undoing, stuck], 'stuck'],
	[[stuck], 'stuck'],
	[[succeeded, undoing, undone, started('a')], 'started'],
	[[failed, undoing, {type: 'resumed', by: 'me'}, undoing, undone], 'undone'],
	[[failed, undoing, stuck, {type: 'resumed', by: 'me'}, succeeded], 'succeeded'],
] as const) {
	test(`after ${['started', ...records.map(({type}) => type)].join(', ')} an action is ${phase}`, t => {
		t.is(replayJournal([run, started('a'), ...records]).actions[0]?.phase, phase);
	});
}

for (const records of [[undone], [succeeded, failed], [undoing, undone, stuck], [{...succeeded, id: 'b'}]] as const) {
	test(`no run writes ${['started', ...records.map(({type}) => type)].join(', ')}`, t => {
		t.throws(() => replayJournal([run, started('a'), ...records]));
	});
}
