import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {claim, dropIdentified, dropMarked, markOf} from '../../src/files/claim.ts';
import {content, parseContent, put} from '../../src/files/content.ts';
import {folder, parseFolder} from '../../src/files/folder.ts';
import {fitName, tooLong} from '../../src/files/name-limit.ts';
import {parseStat, parseStats, stat, stats} from '../../src/files/stat.ts';
import {demand} from '../../src/shell/demand.ts';
import {localShell} from '../../src/shell/local.ts';

const shell = localShell();
let place = '';
test.before(async () => {
	place = await mkdtemp(join(tmpdir(), 'vacate-names-'));
});
test.after.always(() => rm(place, {recursive: true, force: true}));

const bytes = (text: string) => Buffer.byteLength(text);

test('a name with a suffix always fits, and two names never get one', t => {
	t.is(fitName('web1.qcow2', '.vacate-aaaa1111'), 'web1.qcow2.vacate-aaaa1111');
	const name = fc.string({unit: 'grapheme', minLength: 1, maxLength: 300}).filter(text => !text.includes('/'));
	fc.assert(
		fc.property(name, text => {
			const fitted = fitName(text, '.vacate-aaaa1111');
			t.true(bytes(fitted) <= 255 && fitted.endsWith('.vacate-aaaa1111'));
		}),
	);
	const long = 'a'.repeat(250);
	t.not(fitName(`${long}1.raw`, '.vacate-aaaa1111'), fitName(`${long}2.raw`, '.vacate-aaaa1111'));
});

test('what no file system holds is told', t => {
	t.is(tooLong(`/images/${'a'.repeat(255)}`), undefined);
	t.is(tooLong(`/images/${'ä'.repeat(128)}`), 'the file name has 256 bytes; the maximum is 255');
	t.is(tooLong(`/${'a/'.repeat(2100)}b`), 'the path has 4202 bytes; the maximum is 4095');
});

test.serial('a file of a name as long as can be is made, claimed, written and dropped like any other', async t => {
	const path = join(place, `${'a'.repeat(249)}.qcow2`);
	const marked = markOf(path, 'aaaa1111');
	await writeFile(marked, 'image');
	await demand(shell, claim('here', marked, path));
	t.is((await readdir(place)).length, 2);
	await demand(shell, dropMarked('here', marked, path));
	t.deepEqual(await readdir(place), []);
	await demand(shell, put('here', path, Buffer.from('text').toString('base64'), 'aaaa1111'));
	t.like(parseContent((await demand(shell, content('here', path))).stdout), {is: 'file'});
	await rm(path);
});

test.serial('what cannot exist counts as absent, and is dropped without a failure, however long its name', async t => {
	const path = join(place, 'x'.repeat(300));
	const one = await shell.run(stat('here', path));
	t.deepEqual(one.end === 'exited' && parseStat(one.code, one.stdout, one.stderr), {type: 'absent'});
	const {stdout} = await demand(shell, stats('here', [path, place]));
	t.is(parseStats(stdout, 2)?.[0]?.type, 'absent');
	const below = await shell.run(folder('here', path));
	t.deepEqual(below.end === 'exited' && parseFolder(below.code, below.stdout, below.stderr), {exists: false});
	// As a journal of an earlier version names it.
	const kept = join(place, 'kept.qcow2');
	await writeFile(kept, 'the only one');
	await demand(shell, dropMarked('here', `${kept}${'x'.repeat(250)}`, kept));
	await demand(shell, dropIdentified('here', '1:2:3', path));
	t.deepEqual(await readdir(place), ['kept.qcow2']);
});
