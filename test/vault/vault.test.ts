import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import test from 'ava';
import {InputError} from '../../src/errors.ts';
import {loadInventory} from '../../src/inventory/load.ts';
import {provenanceOf} from '../../src/inventory/provenance.ts';
import {readVarsFile, readVarsNow} from '../../src/inventory/vars-file.ts';
import {Secret} from '../../src/shell/secret.ts';
import {Scope} from '../../src/template/scope.ts';
import {compileTemplate} from '../../src/template/template.ts';
import {isEncrypted, readEnvelope, VaultError} from '../../src/vault/envelope.ts';
import {passwordSource} from '../../src/vault/passwords.ts';
import {closedVault, openVault, type Vault} from '../../src/vault/vault.ts';
import {jsonOf, listData, listYaml, provenanceText} from '../../src/views/inventory.ts';
import {problemsText} from '../../src/views/problems.ts';

// Created with ansible-vault 2.14: the file with the password swordfish, the value with the password other, for prod.
const encryptedFile = `$ANSIBLE_VAULT;1.1;AES256
61346666626636633233346339396134626463306436653663653230366363393263313563373838
6165306136666636366535373063393730373331316366610a633062343631306362323132336239
39306566353464306333643135663165356635326566336432346436616333663639303061663463
6665383231333065320a383634393034333064356333643665393765323662313866373636313862
65313464323236353861623333613865336163663233343166366330636334366163343433613264
36343063353638353638663766626236663232376138323964343065613863383866343261326632
39386163653639633539373666643564633465346462376665623631343734343339306134313731
36353539383462306339303633333662303036313532303337313866343732393333373938386534
3335
`;
const encryptedValue = `$ANSIBLE_VAULT;1.2;AES256;prod
33356339306464623232393662343137303265376234633466346232643131306437626466666531
3764616465343033343338353134353061666161646366650a323133303432643539303930653836
37386366313266326637383438623230313033333132653935616438373338636138343939346563
3663663833643231380a333138303537623036623338303330363634303539653739343533393632
3334`;
const plainFile = `secret: hunter2
port: 2222
url: "https://{{ user }}:{{ secret }}@x"
flag: true
list: [a, 1]
`;

let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-vault-'));
	await Promise.all([
		writeFile(join(folder, 'pw'), 'swordfish\n'),
		writeFile(join(folder, 'pw-prod'), 'other'),
		writeFile(join(folder, 'empty'), '\n'),
		writeFile(join(folder, 'program.sh'), '#!/bin/sh\necho swordfish\n'),
		writeFile(join(folder, 'labels-client.sh'), '#!/bin/sh\n[ "$1 $2" = "--vault-id prod" ] && echo other\n'),
		writeFile(join(folder, 'broken.sh'), '#!/bin/sh\necho hunter2; exit 3\n'),
		writeFile(join(folder, 'vars.yml'), encryptedFile),
	]);
	for (const program of ['program.sh', 'labels-client.sh', 'broken.sh']) await chmod(join(folder, program), 0o755);
});

test.after.always(() => rm(folder, {recursive: true, force: true}));

/** A vault with the passwords of `--vault-id`, in the folder of the test. */
function vaultOf(...written: readonly string[]): Vault {
	return openVault(
		written
			.map(passwordSource)
			.map(source => (source.file === undefined ? source : {...source, file: join(folder, source.file)})),
		async question => new Secret(question === 'Vault password (prod): ' ? 'other' : 'swordfish'),
	);
}

async function decrypted(vault: Vault, text: string): Promise<string> {
	await vault.unlock();
	return vault.decrypt(text);
}

const ways: readonly (readonly [string, string, readonly string[]])[] = [
	['a file', 'swordfish', ['pw']],
	['a program', 'swordfish', ['program.sh']],
	['a prompt', 'swordfish', ['prompt']],
	['a file for a label', 'other', ['prod@pw-prod']],
	['a program that receives the label', 'other', ['prod@labels-client.sh']],
	['a prompt for a label', 'other', ['prod@prompt']],
	['one of several', 'other', ['pw', 'dev@pw', 'prod@pw-prod']],
	['one of another label', 'other', ['dev@pw-prod']],
];

for (const [title, password, sources] of ways) {
	test(`a value from Ansible Vault is decrypted with a password from ${title}`, async t => {
		const [text, plain] = password === 'swordfish' ? [encryptedFile, plainFile] : [encryptedValue, 'hunter2'];
		t.is(await decrypted(vaultOf(...sources), text), plain);
	});
}

test('the password with the label is tried first, and each prompt appears once', async t => {
	let asked = 0;
	const vault = openVault([{label: 'dev'}, {label: 'prod'}], async question => {
		asked += 1;
		return new Secret(question.includes('prod') ? 'other' : 'wrong');
	});
	t.is(asked, 0);
	await Promise.all([decrypted(vault, encryptedValue), decrypted(vault, encryptedValue)]);
	t.is(asked, 2);
});

const damaged: readonly (readonly [string, string, string])[] = [
	[
		'a wrong password',
		encryptedValue.replace('prod', 'qa'),
		"none of the vault passwords decrypts the value; its vault ID is 'qa'",
	],
	['a changed byte', encryptedFile.replace(/3335\n$/, '3336\n'), 'none of the vault passwords decrypts the value'],
	['a missing line', encryptedFile.split('\n').slice(0, 3).join('\n'), 'the encrypted text is damaged'],
	['half a byte', encryptedFile.trimEnd().slice(0, -1), 'the encrypted text is damaged'],
	['no text', '$ANSIBLE_VAULT;1.1;AES256\n', 'the encrypted text is damaged'],
	['an old version', encryptedFile.replace('1.1', '1.0'), 'unsupported Ansible Vault format version 1.0'],
	['another cipher', encryptedFile.replace('AES256', 'AES'), 'unsupported cipher AES'],
	['another format', 'hello', 'not encrypted with Ansible Vault'],
];

for (const [title, text, message] of damaged) {
	test(`an encrypted text with ${title} is reported`, async t => {
		const vault = title === 'a wrong password' ? vaultOf('pw') : vaultOf('pw', 'prod@pw-prod');
		await t.throwsAsync(decrypted(vault, text), {instanceOf: VaultError, message});
	});
}

const badPasswords: readonly (readonly [string, string])[] = [
	['nowhere', 'no such file'],
	['empty', 'the file contains no password'],
	['broken.sh', 'the password program failed with code 3'],
	['.', 'this is a directory'],
];

for (const [file, message] of badPasswords) {
	test(`a password that cannot be obtained is reported: ${message}`, async t => {
		const error = await t.throwsAsync(decrypted(vaultOf(file), encryptedFile), {instanceOf: InputError});
		t.true(error.message.endsWith(message), error.message);
		t.false(error.message.includes('hunter2'));
	});
}

test('the first line identifies an encrypted text and its vault ID', t => {
	t.true(isEncrypted(encryptedFile));
	t.false(isEncrypted('all: {}\n'));
	t.is(readEnvelope(encryptedFile).label, undefined);
	t.is(readEnvelope(encryptedValue).label, 'prod');
});

test('strings and numbers from an encrypted file, and values computed from them, are secrets', async t => {
	const {vars, reading} = await readVarsFile(join(folder, 'vars.yml'), vaultOf('pw'));
	t.deepEqual(reading.problems, []);
	const scope = new Scope([{written: vars}, {data: {user: 'root'}}]);
	const value = (expression: string) =>
		compileTemplate(expression, () => ({file: '', line: 1, column: 1})).evaluate(scope);
	const revealed = (found: unknown) => (found instanceof Secret ? found.reveal() : t.fail(inspect(found)));
	t.is(revealed(value('{{ secret }}')), 'hunter2');
	t.is(revealed(value('the {{ secret | upper }}')), 'the HUNTER2');
	t.is(revealed(value('{{ url }}')), 'https://root:hunter2@x');
	t.is(revealed(value("{{ list | join('-') }}")), 'a-1');
	t.is(revealed(value('{{ list.0 }}')), 'a');
	t.is(revealed(value('{% for item in list %}{{ item }}{% endfor %}')), 'a1');
	t.is(value('{{ list }}') instanceof Secret, false);
	t.is(JSON.stringify(value('{{ list }}')), '["***","***"]');
	t.is(value('{{ list | length }}'), 2);
	t.is(revealed(value("{{ list | map('upper') | first }}")), 'A');
	t.is(value('{{ flag }}'), true);
	t.is(value('{{ secret | length }}'), 7);
	t.is(value('{{ user }}'), 'root');
	const listed = value('{{ [secret, user] }}');
	t.is(JSON.stringify(listed), '["***","***"]');
	const mapped = compileTemplate({a: '{{ secret }}', b: '{{ user }}'}, () => ({file: '', line: 1, column: 1})).evaluate(
		scope,
	);
	t.is(JSON.stringify(mapped), '{"a":"***","b":"root"}');
});

/** An inventory with an encrypted value, and an encrypted file next to it. */
async function project(t: {teardown(end: () => Promise<void>): void}): Promise<string> {
	const at = await mkdtemp(join(tmpdir(), 'vacate-vault-'));
	t.teardown(() => rm(at, {recursive: true, force: true}));
	const value = encryptedValue.replaceAll(/^/gm, '          ');
	await writeFile(
		join(at, 'hosts.yml'),
		`all:\n  hosts:\n    h:\n      user: root\n      pass: !vault |\n${value}\n      deep: [{in: !vault "x"}]\n`,
	);
	return at;
}

test('no view of an inventory shows a secret', async t => {
	const at = await project(t);
	await mkdir(join(at, 'host_vars'));
	await writeFile(join(at, 'host_vars/h.yml'), encryptedFile);
	await writeFile(
		join(at, 'hosts.yml'),
		`all: {hosts: {h: {user: root, pass: !vault "${encryptedValue.replaceAll('\n', '\\n')}"}}}\n`,
	);
	const inventory = await loadInventory([join(at, 'hosts.yml')], {vault: vaultOf('pw', 'prod@pw-prod')});
	const host = inventory.hosts.get('h');
	t.truthy(host);
	if (host === undefined) return;
	const shown = [
		jsonOf(listData(inventory)),
		listYaml(inventory),
		provenanceText([provenanceOf(host)], []),
		inspect(host, {depth: 10}),
		JSON.stringify(host),
	];
	for (const text of shown) {
		t.false(/hunter2|2222|https/.test(text), text);
	}
	t.true(shown[0]?.includes('"secret": "***"'));
	const scope = new Scope([{written: host.vars}]);
	t.is((scope.lookup('pass')?.value as Secret | undefined)?.reveal(), 'hunter2');
	t.is((scope.lookup('url')?.value as Secret | undefined)?.reveal(), 'https://root:hunter2@x');
});

test('without a password an encrypted value is an error only where it is used', async t => {
	const at = await project(t);
	const inventory = await loadInventory([join(at, 'hosts.yml')], {vault: closedVault});
	const scope = new Scope([{written: inventory.hosts.get('h')?.vars ?? {}}]);
	t.is(scope.lookup('user')?.value, 'root');
	const error = t.throws(() => scope.lookup('pass'));
	t.is(error?.message, 'the value is encrypted and no vault password was given');
	t.like(error, {position: {line: 6, column: 11}});
});

test('an encrypted value that no password decrypts is reported with its position', async t => {
	const at = await project(t);
	const error = await t.throwsAsync(loadInventory([join(at, 'hosts.yml')], {vault: vaultOf('pw')}), {
		instanceOf: InputError,
	});
	t.deepEqual(error.problems.map(({message, position}) => `${position?.line}: ${message}`).sort(), [
		'12: not encrypted with Ansible Vault',
		"6: none of the vault passwords decrypts the value; its vault ID is 'prod'",
	]);
});

test('an encrypted file requires a password, and its errors do not reveal its content', async t => {
	const file = join(folder, 'vars.yml');
	const closed = await t.throwsAsync(readVarsFile(file, closedVault), {instanceOf: InputError});
	t.is(closed.message, 'the value is encrypted and no vault password was given');
	const at = await mkdtemp(join(tmpdir(), 'vacate-vault-'));
	t.teardown(() => rm(at, {recursive: true, force: true}));
	await writeFile(join(at, 'hosts.yml'), encryptedFile);
	const wrong = await t.throwsAsync(loadInventory([join(at, 'hosts.yml')], {vault: vaultOf('pw')}), {
		instanceOf: InputError,
	});
	const text = problemsText(wrong.problems);
	t.false(/hunter2|2222/.test(text), text);
	t.regex(text, /hosts\.yml:1:9: error in the encrypted text\n {2}view it with: ansible-vault view/);
});

test('variables files of a playbook may be encrypted', async t => {
	const vault = vaultOf('pw');
	await vault.unlock();
	const scope = new Scope([{written: readVarsNow(join(folder, 'vars.yml'), vault)}, {data: {user: 'root'}}]);
	t.is((scope.lookup('url')?.value as Secret | undefined)?.reveal(), 'https://root:hunter2@x');
	const {message} = t.throws(() => readVarsNow(join(folder, 'vars.yml'), closedVault), {instanceOf: InputError});
	t.is(message, 'the value is encrypted and no vault password was given');
});
