import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {content, dropUnchanged, parseContent, put} from '../../src/files/content.ts';
import {demand} from '../../src/shell/demand.ts';
import {localShell} from '../../src/shell/local.ts';

const shell = localShell();
const encoded = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const bytes = Buffer.from([0, 10, 13, 39, 255, 128, 10]);

let folder = '';
test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-content-'));
});
test.after.always(() => rm(folder, {recursive: true, force: true}));

async function contentOf(path: string) {
	return parseContent((await demand(shell, content('here', path))).stdout);
}

test('what is in a file is read byte for byte, with its mode', async t => {
	const path = join(folder, "it's a file");
	t.deepEqual(await contentOf(path), {is: 'absent'});
	await writeFile(path, bytes);
	await chmod(path, 0o640);
	t.deepEqual(await contentOf(path), {is: 'file', base64: encoded(bytes), mode: '640'});
	await writeFile(path, '');
	t.deepEqual(await contentOf(path), {is: 'file', base64: '', mode: '640'});
	await writeFile(path, Buffer.alloc(1024 * 1024 + 1));
	t.deepEqual(await contentOf(path), {is: 'too large'});
	const folderItself = await t.throwsAsync(contentOf(folder));
	t.regex(folderItself.message, /is no file/);
});

test('content is put in a file in one step; a file that is there hands on its mode', async t => {
	const path = join(folder, 'put');
	await demand(shell, put('here', path, encoded(bytes), 'aaaa'));
	t.deepEqual(await readFile(path), bytes);
	t.is((await stat(path)).mode & 0o777, 0o644);
	await chmod(path, 0o600);
	await demand(shell, put('here', path, encoded('two'), 'aaaa'));
	t.is(await readFile(path, 'utf8'), 'two');
	t.is((await stat(path)).mode & 0o777, 0o600);
	await demand(shell, put('here', path, encoded('three'), 'aaaa', '0755'));
	t.is((await stat(path)).mode & 0o777, 0o755);
	await t.throwsAsync(demand(shell, put('here', join(folder, 'no/where'), encoded('x'), 'aaaa')));
	t.false((await readdir(folder)).some(name => name.includes('vacate')));
});

test('a file is removed only while it holds what was put there', async t => {
	const path = join(folder, 'drop');
	await writeFile(path, 'theirs');
	await demand(shell, dropUnchanged('here', path, encoded('ours')));
	t.is(await readFile(path, 'utf8'), 'theirs');
	await writeFile(path, 'ours');
	for (let times = 0; times < 2; times++) await demand(shell, dropUnchanged('here', path, encoded('ours')));
	t.deepEqual(await contentOf(path), {is: 'absent'});
});
