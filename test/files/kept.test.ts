import {spawnSync} from 'node:child_process';
import {appendFile, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {asideOf, dropKept, forgetKept, renameKept} from '../../src/files/kept/change.ts';
import {keptCopies, parseKeptCopies} from '../../src/files/kept/list.ts';
import {readyKept, recordKept} from '../../src/files/kept/record.ts';
import type {Command} from '../../src/shell/command.ts';

const uuid = '00000000-0000-4000-8000-000000000001';

/** A folder with an image, and a shell whose records lie in it. */
async function scene() {
	const root = await mkdtemp(join(tmpdir(), 'kept-'));
	const path = join(root, 'disk of o’web1.qcow2');
	await writeFile(path, 'what web1 wrote');
	const run = ({argv}: Command) => {
		const [program, ...args] = argv.map(word => word.replaceAll('/var/lib/vacate/kept', join(root, 'kept')));
		const env = {...process.env, LC_ALL: 'C', XDG_STATE_HOME: root};
		const {status, stdout, stderr} = spawnSync(program ?? '', args, {encoding: 'utf8', env});
		return {code: status, stdout, stderr};
	};
	const copies = () => parseKeptCopies(run(keptCopies('kvm1')).stdout).copies;
	const record = () => run(recordKept('kvm1', {guest: uuid, name: 'web 1', target: 'vda', path, to: 'kvm2'}));
	return {root, path, aside: asideOf(path, 'aaaa1111'), run, copies, record, end: () => rm(root, {recursive: true})};
}

test('an image that a guest leaves is recorded, and proven as long as nothing touches it', async t => {
	const {path, run, copies, record, end} = await scene();
	t.is(run(readyKept('kvm1')).code, 0);
	t.deepEqual(copies(), []);
	t.is(record().code, 0);
	const [copy] = copies();
	t.like(copy, {guest: uuid, name: 'web 1', target: 'vda', path, to: 'kvm2', found: 'intact'});
	t.true((copy?.leftSeconds ?? 0) > 1_700_000_000);
	t.is(record().code, 0);
	t.is(copies().length, 1, 'once more is the same');
	await appendFile(path, '!');
	t.is(copies()[0]?.found, 'changed');
	await rm(path);
	t.is(copies()[0]?.found, 'absent');
	await end();
});

test('a copy is kept for a time', async t => {
	const {path, run, copies, end} = await scene();
	run(recordKept('kvm1', {guest: uuid, name: 'web1', target: 'vda', path, to: 'kvm2', keepForSeconds: 86_400}));
	const [copy] = copies();
	t.is((copy?.keepUntilSeconds ?? 0) - (copy?.leftSeconds ?? 0), 86_400);
	await end();
});

test('a copy makes way with its record, and comes back with it', async t => {
	const {path, aside, run, copies, record, end} = await scene();
	record();
	for (let times = 2; times > 0; times--) {
		t.is(run(renameKept('kvm1', uuid, path, aside)).code, 0);
		t.like(copies(), [{path: aside, found: 'intact'}]);
	}
	for (let times = 2; times > 0; times--) {
		t.is(run(renameKept('kvm1', uuid, aside, path)).code, 0);
		t.like(copies(), [{path, found: 'intact'}]);
	}
	t.is(copies().length, 1);
	t.is(await readFile(path, 'utf8'), 'what web1 wrote');
	await end();
});

test('a host that dies between the file and its record loses neither', async t => {
	const {path, aside, run, copies, record, end} = await scene();
	record();
	await rename(path, aside);
	t.is(copies()[0]?.found, 'absent');
	t.is(run(renameKept('kvm1', uuid, path, aside)).code, 0);
	t.like(copies(), [{path: aside, found: 'intact'}]);
	await rename(aside, path);
	t.is(run(renameKept('kvm1', uuid, path, aside)).code, 0, 'the record is the one of the other name');
	t.like(copies(), [{path: aside, found: 'intact'}]);
	await end();
});

test('nothing takes the place of another file', async t => {
	const {path, aside, run, copies, record, end} = await scene();
	record();
	run(renameKept('kvm1', uuid, path, aside));
	await writeFile(path, 'foreign');
	const back = run(renameKept('kvm1', uuid, aside, path));
	t.is(back.code, 1);
	t.regex(back.stderr, /exists/);
	t.is(await readFile(path, 'utf8'), 'foreign');
	t.like(copies(), [{path: aside, found: 'intact'}]);
	await end();
});

for (const [title, change] of [
	['was written to', (path: string) => appendFile(path, '!')],
	[
		'was replaced',
		async (path: string) => {
			await writeFile(`${path}.new`, 'what web1 wrote');
			await rename(`${path}.new`, path);
		},
	],
	[
		'is a symbolic link now',
		async (path: string) => {
			await rename(path, `${path}.moved`);
			await symlink(`${path}.moved`, path);
		},
	],
] as const) {
	test(`a file that ${title} is neither renamed nor deleted`, async t => {
		const {root, path, aside, run, record, end} = await scene();
		record();
		await change(path);
		const before = await readdir(root);
		for (const command of [renameKept('kvm1', uuid, path, aside), dropKept('kvm1', uuid, path)]) {
			const {code, stderr} = run(command);
			t.is(code, 1);
			t.regex(stderr, /is not the copy that was recorded/);
		}
		t.deepEqual(await readdir(root), before);
		await end();
	});
}

test('a copy is deleted with its record; without a record, or of another guest, nothing is', async t => {
	const {root, path, run, copies, record, end} = await scene();
	t.is(run(dropKept('kvm1', uuid, path)).code, 0);
	record();
	const other = uuid.replace('1', '2');
	t.is(run(dropKept('kvm1', other, path)).code, 0);
	t.is(run(forgetKept('kvm1', other, path)).code, 0);
	t.like(copies(), [{path, found: 'intact'}]);
	t.is(run(dropKept('kvm1', uuid, path)).code, 0);
	t.deepEqual(copies(), []);
	t.false((await readdir(root)).includes('disk of o’web1.qcow2'));
	t.is(run(dropKept('kvm1', uuid, path)).code, 0, 'once more is the same');
	await end();
});

test('a guest that is at home again has no copy there', async t => {
	const {path, run, copies, record, end} = await scene();
	record();
	t.is(run(forgetKept('kvm1', uuid, path)).code, 0);
	t.deepEqual(copies(), []);
	t.is(await readFile(path, 'utf8'), 'what web1 wrote');
	await end();
});
