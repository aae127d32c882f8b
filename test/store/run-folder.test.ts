import {mkdtemp, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {openJournal} from '../../src/store/journal.ts';
import {demandOwnFolder} from '../../src/store/run-folder.ts';

test('what a run stores is readable by its user only', async t => {
	const base = await mkdtemp(join(tmpdir(), 'vacate-'));
	const folder = join(base, '.vacate/runs/r1');
	const journal = await openJournal(folder, () => 7);
	await journal.close();
	const modeOf = async (path: string) => ((await stat(join(base, path))).mode & 0o777).toString(8);
	for (const path of ['.vacate', '.vacate/runs', '.vacate/runs/r1']) t.is(await modeOf(path), '700', path);
	t.is(await modeOf('.vacate/runs/r1/journal.jsonl'), '600');
});

test('a folder of another user is refused, with both users', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-'));
	const {uid} = await stat(folder);
	await t.notThrowsAsync(demandOwnFolder(folder, uid));
	await t.notThrowsAsync(demandOwnFolder(join(folder, 'absent'), uid + 1));
	await t.throwsAsync(demandOwnFolder(folder, uid + 1), {
		message: `${folder} belongs to another user (uid ${uid}); this process runs as uid ${uid + 1}`,
	});
});
