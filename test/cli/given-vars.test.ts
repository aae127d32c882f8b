import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {readGivenVars} from '../../src/cli/options/given-vars.ts';
import {InputError} from '../../src/errors.ts';
import {closedVault} from '../../src/vault/vault.ts';

let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-given-'));
	await writeFile(join(folder, 'vars.yml'), 'a: yes\nb: [1, "{{ x }}"]\n');
	await writeFile(join(folder, 'list.yml'), '- a\n');
});

test.after.always(() => rm(folder, {recursive: true, force: true}));

const given: readonly (readonly [readonly string[], unknown])[] = [
	[[], {}],
	[['a=1'], {a: '1'}],
	[['a=1 b=2', 'a=3'], {a: '3', b: '2'}],
	[["a='two words' b=x=y"], {a: 'two words', b: 'x=y'}],
	[['{a: 1, b: [x]}'], {a: 1, b: ['x']}],
	[['{"a": {"b": null}}', 'a=1'], {a: '1'}],
	[['a=two words'], {a: 'two words'}],
	[['a=#fff b=2'], {a: '#fff', b: '2'}],
	[["a='b"], {a: "'b"}],
	[['@vars.yml', 'c=1'], {a: true, b: [1, '{{ x }}'], c: '1'}],
];

for (const [written, expected] of given) {
	test(`-e ${written.join(' -e ')}`, async t => {
		const named = written.map(text => text.replace('@', `@${folder}/`));
		t.deepEqual(await readGivenVars(named, closedVault), expected);
	});
}

const wrong: readonly (readonly [string, string])[] = [
	['a', '-e a does not set a variable'],
	['1a=2', '-e 1a=2 does not set a variable'],
	['{a', 'a [ or { is not closed'],
	['{{ x }}', 'a value that begins with {{ must be quoted'],
	['@nowhere.yml', 'nowhere.yml: no such file'],
	['@list.yml', 'a variables file must be a mapping'],
];

for (const [written, message] of wrong) {
	test(`-e ${written} is a mistake`, async t => {
		const error = await t.throwsAsync(readGivenVars([written.replace('@', `@${folder}/`)], closedVault), {
			instanceOf: InputError,
		});
		t.true(error.message.endsWith(message), error.message);
	});
}
