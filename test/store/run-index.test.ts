import {appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {JournalEntry} from '../../src/engine/ports.ts';
import {PrerequisiteError} from '../../src/errors.ts';
import {RunControl} from '../../src/store/control.ts';
import {deleteRun} from '../../src/store/delete-run.ts';
import {openJournal} from '../../src/store/journal.ts';
import type {JournalContent} from '../../src/store/journal-text.ts';
import {indexRuns} from '../../src/store/run-index.ts';

const first = '20260101-000000-aaaa';
const second = '20260102-000000-bbbb';

async function inRoot(work: (root: string) => Promise<void>): Promise<void> {
	const base = await mkdtemp(join(tmpdir(), 'vacate-index-'));
	await work(join(base, 'runs'));
	await rm(base, {recursive: true});
}

async function writeRun(root: string, run: string, ...more: readonly JournalEntry[]): Promise<void> {
	const journal = await openJournal(join(root, run), () => 7);
	await journal.append({type: 'run', version: 3, run, playbook: 'p.yml'});
	for (const record of more) await journal.append(record);
	await journal.close();
}

/** The summaries of the runs, and how many journals were read for them. */
async function listOf(root: string, format = 1) {
	let read = 0;
	const summarize = async ({lines}: JournalContent) => {
		read += 1;
		return lines.length;
	};
	const runs = await indexRuns(format, summarize, root);
	return {runs: runs.map(one => [one.run, 'summary' in one ? one.summary : one.problem]), read};
}

test('runs are listed from the most recent on, and only journals that have changed are read again', t =>
	inRoot(async root => {
		t.deepEqual(await listOf(root), {runs: [], read: 0});
		await writeRun(root, first);
		await writeRun(root, second, {type: 'ended', exitCode: 0});
		const both = [
			[second, 2],
			[first, 1],
		];
		t.deepEqual(await listOf(root), {runs: both, read: 2});
		t.deepEqual(await listOf(root), {runs: both, read: 0});
		await rm(join(root, first), {recursive: true});
		await writeRun(root, first, {type: 'ended', exitCode: 0});
		t.deepEqual(await listOf(root), {runs: both.with(1, [first, 2]), read: 1});
		t.deepEqual((await listOf(root, 2)).read, 2, 'another format of the summaries');
		t.deepEqual(await readdir(join(root, '..')), ['runs', 'runs-index.json']);
	}));

test('a damaged journal is listed with its problem, and a damaged index is not used', t =>
	inRoot(async root => {
		await writeRun(root, first);
		await appendFile(join(root, first, 'journal.jsonl'), 'nonsense\n');
		await mkdir(join(root, second));
		await mkdir(join(root, 'not-a-run'));
		await writeFile(join(root, '..', 'runs-index.json'), '{"format": 1');
		const {runs} = await listOf(root);
		t.deepEqual(
			runs.map(([run]) => run),
			[second, first],
		);
		t.regex(String(runs[0]?.[1]), /no such file/);
		t.regex(String(runs[1]?.[1]), /journal\.jsonl:2: the line is damaged/);
	}));

test('a run is deleted with everything in it, unless it is in progress', t =>
	inRoot(async root => {
		await writeRun(root, first);
		await writeRun(root, second);
		const control = await RunControl.claim(join(root, second), second);
		await t.throwsAsync(deleteRun(join(root, second), second), {
			instanceOf: PrerequisiteError,
			message: `${second} is still in progress`,
		});
		await deleteRun(join(root, first), first);
		await control.close();
		t.deepEqual(await readdir(root), [second]);
		t.deepEqual(await readdir(join(root, '..')), ['runs']);
		t.regex(await readFile(join(root, second, 'journal.jsonl'), 'utf8'), /"type":"run"/);
	}));
