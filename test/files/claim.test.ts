import {chmod, link, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {claim, createMark, dropMarked} from '../../src/files/claim.ts';
import {put} from '../../src/files/content.ts';
import {writeProbe} from '../../src/files/probe.ts';
import {create} from '../../src/qemu-img/create.ts';
import type {Command} from '../../src/shell/command.ts';
import {demand} from '../../src/shell/demand.ts';
import {localShell} from '../../src/shell/local.ts';

const shell = localShell();

/** A directory with a file of root's that another user wants to have changed. */
async function scene() {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-claim-'));
	const victim = join(folder, 'victim');
	await writeFile(victim, 'precious');
	await chmod(victim, 0o600);
	const path = join(folder, 'web1.qcow2');
	return {
		victim,
		path,
		marked: `${path}.vacate-3f2a9c1e`,
		isWhole: async () =>
			(await readFile(victim, 'utf8')) === 'precious' && ((await stat(victim)).mode & 0o777) === 0o600,
		remove: () => rm(folder, {recursive: true}),
	};
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** What a user who can write to the directory puts there, what is run then, and its error. */
const attacks: Readonly<Record<string, readonly [(at: Scene) => Promise<void>, (at: Scene) => Command, RegExp]>> = {
	'a link to a file at the mark': [
		({victim, marked}) => symlink(victim, marked),
		({marked}) => createMark('here', marked),
		/File exists/,
	],
	'a link to a path that does not exist at the mark': [
		({victim, marked}) => symlink(`${victim}-new`, marked),
		({marked}) => createMark('here', marked),
		/File exists/,
	],
	'a file at the mark': [({marked}) => writeFile(marked, ''), ({marked}) => createMark('here', marked), /File exists/],
	'a link that replaces the mark before it is linked': [
		({victim, marked}) => symlink(victim, marked),
		({marked, path}) => claim('here', marked, path),
		/is not a regular file/,
	],
	'a link that replaces the mark before it gets owner and mode': [
		({victim, marked}) => symlink(victim, marked),
		({marked, path}) => claim('here', marked, path, {mode: '666', owner: 'root:root'}),
		/is not a regular file/,
	],
	'a link at the name of a probe': [
		({victim, marked}) => symlink(victim, marked),
		({marked}) => writeProbe('here', marked, 'text'),
		/File exists/,
	],
};

for (const [title, [attack, command, error]] of Object.entries(attacks)) {
	test(`${title} is not followed`, async t => {
		const at = await scene();
		await attack(at);
		const {message} = (await t.throwsAsync(demand(shell, command(at)))) ?? {message: ''};
		t.regex(message, error);
		t.true(await at.isWhole());
		await t.throwsAsync(lstat(at.path), {code: 'ENOENT'});
		await t.throwsAsync(lstat(`${at.victim}-new`), {code: 'ENOENT'});
		await at.remove();
	});
}

test('a link at the temporary name of a file to be written is replaced, not followed', async t => {
	const at = await scene();
	await symlink(at.victim, at.marked);
	await demand(shell, put('here', at.path, Buffer.from('new').toString('base64'), '3f2a9c1e'));
	t.is(await readFile(at.path, 'utf8'), 'new');
	t.true(await at.isWhole());
	await at.remove();
});

test('a link proves nothing: neither the file that it names nor another is removed', async t => {
	const at = await scene();
	await link(at.victim, at.path);
	await symlink(at.path, at.marked);
	await demand(shell, dropMarked('here', at.marked, at.path));
	t.true(await at.isWhole());
	t.is(await readFile(at.path, 'utf8'), 'precious');
	await at.remove();
});

test('a mark, an image and its path: what vacate created is linked, and removed by its mark', async t => {
	const at = await scene();
	await demand(shell, createMark('here', at.marked));
	await demand(shell, create('here', {path: at.marked, format: 'raw', virtualBytes: 4096}));
	const {stdout} = await demand(shell, claim('here', at.marked, at.path));
	t.regex(stdout, /^\d+:\d+:\d+ 4096 \d+ \S+ regular file\n$/);
	await demand(shell, dropMarked('here', at.marked, at.path));
	await t.throwsAsync(lstat(at.path), {code: 'ENOENT'});
	await t.throwsAsync(lstat(at.marked), {code: 'ENOENT'});
	await at.remove();
});
