import {mkdtemp, open, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {JournalError} from '../../src/errors.ts';
import {read} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import {recordCommands} from '../../src/store/commands.ts';
import {openJournal} from '../../src/store/journal.ts';
import {readJournal} from '../../src/store/read-journal.ts';

test('records are numbered in order, one per line, and on disk when append resolves', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-journal-'));
	const journal = await openJournal(join(folder, 'runs/r1'), () => 7);
	const lines = async () =>
		(await readFile(join(folder, 'runs/r1/journal.jsonl'), 'utf8'))
			.trim()
			.split('\n')
			.map(line => JSON.parse(line));
	await journal.append({type: 'run', version: 1, run: 'r1', playbook: 'p.yml'});
	const [first] = await lines();
	t.like(first, {n: 1, at: 7, type: 'run', version: 1, run: 'r1', playbook: 'p.yml'});
	t.deepEqual(Object.keys(first).at(-1), 'sum');
	await Promise.all(Array.from({length: 100}, (_, index) => journal.append({type: 'undone', id: String(index)})));
	const all = await lines();
	t.deepEqual(
		all.map(({n}) => n),
		Array.from({length: 101}, (_, index) => index + 1),
	);
	t.deepEqual(
		all.slice(1).map(({id}) => id),
		Array.from({length: 100}, (_, index) => String(index)),
	);
	await journal.close();
	await t.throwsAsync(
		openJournal(join(folder, 'runs/r1'), () => 7),
		{instanceOf: JournalError, message: /EEXIST/},
	);
	await rm(folder, {recursive: true});
});

test('a journal that cannot be written fails, and nothing may continue', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-journal-'));
	const journal = await openJournal(join(folder, 'r'), () => 7);
	await journal.close();
	await t.throwsAsync(journal.append({type: 'ended', exitCode: 0}), {instanceOf: JournalError});
	await rm(folder, {recursive: true});
});

test('after a failure nothing more is written: a partial line stays the last one', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-journal-'));
	const journal = await openJournal(folder, () => 7);
	await journal.append({type: 'run', version: 1, run: 'r1', playbook: 'p.yml'});
	const {prototype} = (await open(join(folder, 'journal.jsonl')).then(async file => {
		await file.close();
		return file.constructor;
	})) as {prototype: {appendFile: unknown}};
	const {appendFile} = prototype;
	prototype.appendFile = async () => {
		throw new Error('no space left on device');
	};
	const failed = await Promise.allSettled([1, 2].map(id => journal.append({type: 'undone', id: `${id}`})));
	prototype.appendFile = appendFile;
	t.deepEqual(
		failed.map(({status}) => status),
		['rejected', 'rejected'],
	);
	await t.throwsAsync(journal.append({type: 'ended', exitCode: 0}), {
		instanceOf: JournalError,
		message: /no space left on device/,
	});
	await journal.close();
	t.is((await readJournal(folder)).lines.length, 1);
	await rm(folder, {recursive: true});
});

test('every command is recorded with its outcome but without its standard input', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-journal-'));
	const shell = recordCommands(localShell(), folder, () => 7);
	await shell.run(read('kvm1', ['cat'], {stdin: 'hello'}));
	await shell.close();
	const [line] = (await readFile(join(folder, 'commands.jsonl'), 'utf8')).trim().split('\n');
	t.like(JSON.parse(line ?? ''), {
		at: 7,
		host: 'kvm1',
		effect: 'read',
		argv: ['cat'],
		end: 'exited',
		code: 0,
		stdout: 'hello',
	});
	t.false('stdin' in JSON.parse(line ?? ''));
	await rm(folder, {recursive: true});
});
