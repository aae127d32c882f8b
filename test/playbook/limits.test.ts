import {execFileSync} from 'node:child_process';
import {mkdtempSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {InputError} from '../../src/errors.ts';
import {loadInventory} from '../../src/inventory/load.ts';
import {expandRanges} from '../../src/inventory/ranges.ts';
import {loadPlaybook} from '../../src/playbook/load.ts';
import {steps} from '../../src/steps/index.ts';
import {readText, readTextNow} from '../../src/yaml/read-text.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
	const folder = mkdtempSync(join(tmpdir(), 'vacate-'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	return folder;
}

test('a file that never ends, or is too large, is not read', async t => {
	const folder = folderWith({'large.yml': ''});
	symlinkSync('/dev/zero', join(folder, 'zero.yml'));
	execFileSync('mkfifo', [join(folder, 'pipe.yml')]);
	truncateSync(join(folder, 'large.yml'), 32 * 1024 * 1024 + 1);
	for (const [name, expected] of [
		['zero.yml', 'not a regular file'],
		['pipe.yml', 'not a regular file'],
		['large.yml', '33554433 bytes; the maximum is 33554432 (32 MiB)'],
	] as const) {
		const file = join(folder, name);
		const message = `${file}: ${expected}`;
		await t.throwsAsync(readText(file), {instanceOf: InputError, message});
		t.throws(() => readTextNow(file), {instanceOf: InputError, message});
	}
});

test('few files that import one another many times are refused once', async t => {
	const hundred = (name: string) => `- import_tasks: ${name}\n`.repeat(100);
	const folder = folderWith({
		'site.yml': '- hosts: kvm1\n  tasks:\n    - import_tasks: i1.yml\n',
		'i1.yml': hundred('i2.yml'),
		'i2.yml': hundred('i3.yml'),
		'i3.yml': hundred('i4.yml'),
		'i4.yml': '- debug: {msg: x}\n',
	});
	const error = await t.throwsAsync<InputError>(loadPlaybook(join(folder, 'site.yml'), steps), {
		instanceOf: InputError,
	});
	t.deepEqual(
		error?.problems.map(({message}) => message),
		['more than 2000 imports; that is the maximum'],
	);
});

test('imports that are nested without end', async t => {
	const files = Object.fromEntries(
		Array.from({length: 60}, (_, index) => [`i${index}.yml`, `- import_tasks: i${index + 1}.yml\n`]),
	);
	const folder = folderWith({...files, 'site.yml': '- hosts: kvm1\n  tasks:\n    - import_tasks: i0.yml\n'});
	await t.throwsAsync(loadPlaybook(join(folder, 'site.yml'), steps), {
		message: 'imports are nested more than 50 deep; that is the maximum',
	});
});

test('the hosts of an inventory have a maximum, also when many patterns are small enough', async t => {
	const ranges = Array.from({length: 10}, (_, index) => `h${index}[1:60000]`);
	const folder = folderWith({hosts: `[a]\n${ranges.join('\n')}\n`});
	const error = await t.throwsAsync<InputError>(loadInventory([join(folder, 'hosts')]), {instanceOf: InputError});
	t.is(error?.problems[0]?.message, 'more than 100000 hosts in all; that is the maximum');
	t.is(error?.problems[0]?.position?.line, 3);
});

test('a pattern has at most 16 ranges', t => {
	t.is(expandRanges(`h${'[1:2]'.repeat(5000)}`), undefined);
	t.is(expandRanges(`h${'[1:2]'.repeat(16)}`)?.length, 65_536);
});
