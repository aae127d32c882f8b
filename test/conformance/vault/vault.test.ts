import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {Secret} from '../../../src/shell/secret.ts';
import {openVault} from '../../../src/vault/vault.ts';
import {Oracle} from '../oracle.ts';

const runs = Number(process.env.CONFORMANCE_RUNS ?? 40);
const oracle = new Oracle(['ansible-vault']);
let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-vault-'));
});

test.after.always(async () => {
	oracle.end();
	await rm(folder, {recursive: true, force: true});
});

const password = fc
	.string({unit: 'grapheme', minLength: 1, maxLength: 20})
	.filter(text => text.trim() === text && !/[\r\n]/.test(text));

test('what ansible-vault encrypts, vacate opens', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.string({unit: 'grapheme'}),
			password,
			fc.constantFrom('default', 'prod'),
			async (text, password, label) => {
				const file = join(folder, 'text');
				await Promise.all([writeFile(file, text), writeFile(join(folder, 'password'), password)]);
				const argv = ['encrypt', '--vault-id', `${label}@${join(folder, 'password')}`, file];
				const {code, stderr} = await oracle.ask({program: 'ansible-vault', argv, cwd: folder});
				t.is(code, 0, stderr);
				const vault = openVault([{label}], async () => new Secret(password));
				await vault.unlock();
				t.is(vault.decrypt(await readFile(file, 'utf8')), text);
			},
		),
		{numRuns: runs},
	);
});
