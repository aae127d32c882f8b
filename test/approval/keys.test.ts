import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {sshKeygen} from '../../src/approval/ssh-keygen.ts';
import {statementText} from '../../src/approval/statement.ts';
import {PrerequisiteError} from '../../src/errors.ts';

const text = statementText({vacate_approval: 1, seal: `sha256:${'1'.repeat(64)}`, at: '2026-11-30T18:00:00Z'});

function keygen(...args: readonly string[]): void {
	const {status, stderr} = spawnSync('ssh-keygen', ['-q', ...args], {encoding: 'utf8', input: ''});
	if (status !== 0) throw new Error(stderr);
}

/** A folder with a key for each name. */
async function keys(...names: readonly string[]): Promise<(name: string) => string> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-keys-'));
	for (const name of names) keygen('-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name));
	return name => join(folder, name);
}

async function signers(path: (name: string) => string, ...lines: readonly (readonly [string, string])[]) {
	const written = await Promise.all(
		lines.map(async ([who, key]) => `${who} ${await readFile(path(`${key}.pub`), 'utf8')}`),
	);
	const allowedSigners = path('allowed');
	await writeFile(allowedSigners, written.join(''));
	return {allowedSigners};
}

test('who has signed is known by a key file', async t => {
	const path = await keys('anna');
	const signature = await sshKeygen.sign(text, path('anna'));
	const files = await signers(path, ['anna@example.org', 'anna']);
	t.deepEqual(await sshKeygen.verify(text, signature, files), {signer: 'anna@example.org'});
});

test('a changed text, another purpose, a stranger, an expired and a revoked key are refused', async t => {
	const path = await keys('anna', 'bert');
	const signature = await sshKeygen.sign(text, path('anna'));
	const files = await signers(path, ['anna', 'anna']);
	const faultOf = async (...args: Parameters<typeof sshKeygen.verify>) => {
		const verified = await sshKeygen.verify(...args);
		return 'fault' in verified ? verified.fault : `signed by ${verified.signer}`;
	};
	t.regex(await faultOf(text.replace('1', '2'), signature, files), /^the signature is not valid: /);
	const {stdout} = spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', path('anna'), '-n', 'git'], {
		encoding: 'utf8',
		input: text,
	});
	t.regex(await faultOf(text, stdout, files), /^the signature is not valid: /);
	t.regex(await faultOf(text, await sshKeygen.sign(text, path('bert')), files), /its key is not in .*allowed/);
	await writeFile(path('revoked'), await readFile(path('anna.pub')));
	t.regex(
		await faultOf(text, signature, {...files, revokedKeys: path('revoked')}),
		/^its key is revoked by .*revoked$/,
	);
	const expired = await signers(path, ['anna valid-before="20200101"', 'anna']);
	t.regex(await faultOf(text, signature, expired), /its key is not in .*allowed|not valid/);
	t.regex(await faultOf(text, 'no signature', files), /its key is not in .*allowed/);
});

test('a certificate of an authority counts for its principal', async t => {
	const path = await keys('authority', 'carl');
	keygen('-s', path('authority'), '-I', 'carl', '-n', 'carl', '-V', '-1h:+1h', path('carl.pub'));
	const signature = await sshKeygen.sign(text, path('carl-cert.pub'));
	const files = await signers(path, ['carl cert-authority', 'authority']);
	t.deepEqual(await sshKeygen.verify(text, signature, files), {signer: 'carl'});
});

test.serial('a key that only the agent has signs, named or as its first', async t => {
	const path = await keys('dora');
	const {stdout} = spawnSync('ssh-agent', ['-s'], {encoding: 'utf8'});
	const [, socket = ''] = /SSH_AUTH_SOCK=([^;]+)/.exec(stdout) ?? [];
	const [, pid = ''] = /SSH_AGENT_PID=(\d+)/.exec(stdout) ?? [];
	process.env.SSH_AUTH_SOCK = socket;
	try {
		const none = await t.throwsAsync(sshKeygen.sign(text, undefined), {instanceOf: PrerequisiteError});
		t.is(none?.message, 'no key given, and the SSH agent has none');
		t.is(spawnSync('ssh-add', ['-q', path('dora')]).status, 0);
		await writeFile(path('dora'), '');
		const files = await signers(path, ['dora', 'dora']);
		await writeFile(path('only.pub'), await readFile(path('dora.pub')));
		for (const key of [undefined, path('only.pub')]) {
			t.deepEqual(await sshKeygen.verify(text, await sshKeygen.sign(text, key), files), {signer: 'dora'});
		}
	} finally {
		process.kill(Number(pid));
		delete process.env.SSH_AUTH_SOCK;
	}
});

test('a key that is not there is told', async t => {
	const error = await t.throwsAsync(sshKeygen.sign(text, '/nowhere/key'), {instanceOf: PrerequisiteError});
	t.regex(error?.message ?? '', /^cannot sign with \/nowhere\/key: .*No such file/);
});
