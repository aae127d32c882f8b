import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {copyFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {read, write} from '../../src/shell/command.ts';
import {parseKnownHosts} from '../../src/ssh/known-hosts-file.ts';
import {LabRig} from '../lab/rig.ts';
import {clients} from './clients.ts';
import {Servers} from './servers.ts';

const rig = LabRig.for(test, 'vkey', '10.120.0', 1);
const servers = new Servers(rig);

const port = 2200;

test.serial.before('a server', async () => {
	await servers.startKnown('main', port, 'MaxStartups 100');
});

for (const {name, vars} of clients) {
	const own = name === clients[0].name;
	const shellTo = (port: number, more: Readonly<Record<string, unknown>> = {}) =>
		servers.shell(port, {...vars, ...more});

	test.serial(`${name}: an unknown or changed host key is an error before any command is sent`, async t => {
		const none = join(rig.folder, `none-${own}`);
		const others = `${none}-others`;
		await servers.start(`other-${own}`, port + (own ? 40 : 41));
		const other = port + (own ? 40 : 41);
		await writeFile(others, `[${servers.host.address}]:${other} ${servers.hostKey('main')}\n`);
		for (const file of [none, others]) {
			const shell = shellTo(other, {ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${file}`});
			const error = await t.throwsAsync(shell.run(write('host', ['touch', '/etc/ssh-test/was-here'])), {
				instanceOf: UnreachableError,
				message: file === none ? /the host key is not (in|known).* SHA256:/ : /the host key differs.* SHA256:/,
			});
			t.regex(error?.remedy ?? '', /ssh-key|ssh -/);
			await shell.close();
		}
		t.false(existsSync(join(servers.folder, 'was-here')));
	});

	test.serial(`${name}: a new key is accepted and recorded only on request, a changed one never`, async t => {
		const fresh = port + (own ? 42 : 43);
		await servers.start(`fresh-${own}`, fresh);
		const file = join(rig.folder, `fresh-${own}`);
		const accepting = {
			ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${file} -o StrictHostKeyChecking=accept-new -o ConnectTimeout=60`,
		};
		const shell = shellTo(fresh, accepting);
		t.is((await shell.run(read('host', ['true']))).end, 'exited');
		await shell.close();
		t.true((await readFile(file, 'utf8')).includes(servers.hostKey(`fresh-${own}`)));
		const strict = shellTo(fresh, {ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${file}`});
		t.is((await strict.run(read('host', ['true']))).end, 'exited');
		await strict.close();
		await writeFile(file, `[${servers.host.address}]:${fresh} ${servers.hostKey('main')}\n`);
		await t.throwsAsync(shellTo(fresh, accepting).run(read('host', ['true'])), {instanceOf: UnreachableError});
	});

	test.serial(`${name}: a key listed in RevokedHostKeys is refused`, async t => {
		const file = join(rig.folder, 'revoked');
		const settings = `${file}-${own}`;
		await writeFile(file, `${servers.hostKey('main')}\n`);
		await writeFile(settings, `Host *\n\tRevokedHostKeys ${file}\n\tUserKnownHostsFile ${servers.knownHosts}\n`);
		const shell = shellTo(port, {ansible_ssh_common_args: `-F ${settings}`});
		await t.throwsAsync(shell.run(read('host', ['true'])), {instanceOf: UnreachableError, message: /revoked/});
		await shell.close();
	});
}

test.serial(
	'an unknown host key: nothing is run; the error shows its fingerprint and the command that accepts it',
	async t => {
		await servers.start('stranger', port + 2);
		const shell = servers.shell(port + 2);
		const error = await t.throwsAsync(shell.run(write('host', ['touch', '/etc/ssh-test/was-here'])), {
			instanceOf: UnreachableError,
		});
		const print = execFileSync('ssh-keygen', ['-lf', join(servers.folder, 'stranger_host_key.pub')], {
			encoding: 'utf8',
		}).split(' ')[1];
		t.true(
			error?.message.includes(`the host key is not in ${servers.knownHosts}, `) &&
				error.message.includes(String(print)),
			error?.message,
		);
		t.regex(error?.remedy ?? '', /ssh-keyscan -p \d+ 10\.120\.0\.11 >> /);
		t.false(existsSync(join(servers.folder, 'was-here')));
	},
);

test.serial('a changed or revoked host key is an error before any command is sent', async t => {
	await servers.start('changed', port + 3);
	const wrong = join(rig.folder, 'wrong_known_hosts');
	await writeFile(wrong, `[${servers.host.address}]:${port + 3} ${servers.hostKey('main')}\n`);
	const vars = {ansible_ssh_common_args: `-o UserKnownHostsFile=${wrong}`};
	await t.throwsAsync(servers.shell(port + 3, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /the host key differs from the one in .* man-in-the-middle/,
	});
	await writeFile(wrong, `@revoked [${servers.host.address}]:${port} ${servers.hostKey('main')}\n`);
	await t.throwsAsync(servers.shell(port, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /the host presented a revoked host key/,
	});
});

test.serial('a different key of the same address at the default port does not count as changed', async t => {
	await servers.start('beside', port + 6);
	const file = join(rig.folder, 'beside_known_hosts');
	await writeFile(file, `${servers.host.address} ${servers.hostKey('main')}\n`);
	const args = `-F none -o UserKnownHostsFile=${file}`;
	await t.throwsAsync(servers.shell(port + 6, {ansible_ssh_common_args: args}).run(read('host', ['true'])), {
		message: /the host key is not in/,
	});
	const same = servers.shell(port, {ansible_ssh_common_args: args});
	t.is((await same.run(read('host', ['true']))).end, 'exited', 'the key of the usual port is believed at any');
	await same.close();
	const accepting = servers.shell(port + 6, {
		ansible_ssh_common_args: `${args} -o StrictHostKeyChecking=accept-new`,
	});
	t.is((await accepting.run(read('host', ['true']))).end, 'exited');
	await accepting.close();
});

test.serial('known_hosts is read like ssh-keygen', async t => {
	const file = join(rig.folder, 'many_known_hosts');
	const [type, key] = servers.hostKey('main').split(' ');
	const lines = [
		`plain ${type} ${key}`,
		`a.example,b.example,[c.example]:2222 ${type} ${key} with a comment`,
		`*.lab,!bad.lab ${type} ${key}`,
		`h?st ${type} ${key}`,
		`@revoked gone ${type} ${key}`,
		`@cert-authority *.ca ${type} ${key}`,
		`UPPER ${type} ${key}`,
		'# comment',
		'',
		'nonsense',
		`\tindented ${type} ${key}`,
		`a+b ${type} ${key}`,
	];
	await writeFile(file, `${lines.join('\n')}\n`);
	await writeFile(`${file}-hashed`, `hidden ${type} ${key}\n[hidden]:2200 ${type} ${key}\n`);
	execFileSync('ssh-keygen', ['-H', '-f', `${file}-hashed`], {stdio: 'ignore'});
	await writeFile(file, `${await readFile(file, 'utf8')}${await readFile(`${file}-hashed`, 'utf8')}`);
	const entries = parseKnownHosts(await readFile(file, 'utf8'));
	const names = [
		'plain',
		'a.example',
		'[c.example]:2222',
		'c.example',
		'good.lab',
		'bad.lab',
		'host',
		'hoost',
		'gone',
		'x.ca',
	];
	names.push('upper', 'UPPER', 'hidden', '[hidden]:2200', '[hidden]:2201', 'indented', 'nonsense', 'aab', 'a+b', '');
	for (const name of names) {
		let said = '';
		try {
			said = name === '' ? '' : execFileSync('ssh-keygen', ['-F', name, '-f', file], {encoding: 'utf8'});
		} catch {}
		const theirs = said.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
		t.is(entries.filter(entry => entry.names(name)).length, theirs, name);
	}
});

test.serial('a user certificate: the OpenSSH client is used, and this is reported', async t => {
	const authority = servers.makeKey('user-authority');
	const key = servers.makeKey('certified');
	execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'somebody', '-n', 'root', `${key}.pub`]);
	await copyFile(`${authority}.pub`, join(servers.folder, 'authority.pub'));
	await servers.startKnown(
		'trusting',
		port + 12,
		'TrustedUserCAKeys /etc/ssh-test/authority.pub\nAuthorizedKeysFile none',
	);
	const told: string[] = [];
	const shell = servers.shell(port + 12, {ansible_ssh_private_key_file: key}, {tell: text => told.push(text)});
	const outcomes = await Promise.all([1, 2, 3].map(() => shell.run(read('host', ['echo', 'certified']))));
	t.deepEqual(
		outcomes.map(({stdout}) => stdout),
		['certified\n', 'certified\n', 'certified\n'],
	);
	const socket = join(rig.folder, 'certified-agent');
	const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
	while (!existsSync(socket)) await new Promise(resolve => setTimeout(resolve, 20));
	execFileSync('ssh-add', ['-q', key], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'});
	const args = `-F none -o UserKnownHostsFile=${servers.knownHosts} -o IdentityAgent=${socket} -o IdentityFile=none`;
	const held: string[] = [];
	const byAgent = servers.shell(
		port + 12,
		{ansible_ssh_private_key_file: undefined, ansible_ssh_common_args: args},
		{tell: text => held.push(text)},
	);
	t.is((await byAgent.run(read('host', ['echo', 'certified']))).stdout, 'certified\n');
	t.regex(held[0] ?? '', /the agent has a key of type ssh-ed25519-cert-v01@openssh\.com/);
	await byAgent.close();
	agent.kill();
	t.is(told.length, 1);
	t.regex(told[0] ?? '', /host: .*certified has a certificate; using the OpenSSH client/);
	await shell.close();
});

test.serial('a host certificate: the OpenSSH client trusts the authority in known_hosts', async t => {
	const authority = servers.makeKey('host-authority');
	await servers.start('certificate', port + 13, 'HostCertificate HOSTKEY-cert.pub', 'ed25519', key => {
		const names = ['-n', servers.host.address];
		execFileSync('ssh-keygen', ['-q', '-s', authority, '-h', '-I', 'host', ...names, `${key}.pub`]);
	});
	const [type, base64] = (await readFile(`${authority}.pub`, 'utf8')).split(' ');
	const file = join(rig.folder, 'authorities');
	await writeFile(file, `@cert-authority *,[*]:* ${type} ${base64}\n`);
	const vars = {ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${file}`};
	const told: string[] = [];
	const shell = servers.shell(port + 13, vars, {tell: text => told.push(text)});
	t.is((await shell.run(read('host', ['echo', 'believed']))).stdout, 'believed\n');
	t.regex(told[0] ?? '', /its host key is verified through a certificate authority/);
	await shell.close();
	const other = servers.shell(port, vars);
	await t.throwsAsync(other.run(read('host', ['true'])), {instanceOf: UnreachableError});
	await other.close();
});
