import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {appendFile, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {labShell} from '../../src/lab/enter.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {read, write} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import {relayPath} from '../../src/shell/relay.ts';
import {Secret} from '../../src/shell/secret.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';
import {LabRig} from '../lab/rig.ts';
import {Servers} from './servers.ts';

const rig = LabRig.for(test, 'vway', '10.97.0', 2);
const servers = new Servers(rig);
const port = 2200;
const second = () => rig.lab.machines[1] as LabHost;
const place = (name: string) => join(rig.folder, name);

/** The answers to prompts, and the prompts. */
function person(...answers: readonly string[]) {
	const asked: string[] = [];
	return {
		asked,
		askSecret: async (question: string) => {
			asked.push(question);
			const answer = answers[asked.length - 1];
			if (answer === undefined) throw new Error('nobody knows');
			return new Secret(answer);
		},
	};
}

async function authorize(key: string): Promise<void> {
	const line = await readFile(`${key}.pub`, 'utf8');
	await servers.inside('sh', '-c', 'printf %s "$1" >> /root/.ssh/authorized_keys', 'sh', line);
}

async function config(name: string, text: string): Promise<string> {
	await writeFile(place(name), text);
	return place(name);
}

test.serial.before('servers and users of the tests', async () => {
	await servers.startKnown('main', port);
	await servers.startKnown(
		'password',
		port + 1,
		'PubkeyAuthentication no\nPasswordAuthentication yes\nPermitRootLogin yes',
	);
	await servers.inside('sh', '-c', 'echo root:tea-leaves | chpasswd -c SHA512');
	await servers.inside('useradd', '-m', '-s', '/bin/bash', 'admin');
	await servers.inside('sh', '-c', 'echo admin:green-door | chpasswd -c SHA512');
	await servers.inside('sh', '-c', 'cp -r /root/.ssh /home/admin/ && chown -R admin: /home/admin/.ssh');
	await servers.inside('useradd', '-m', '-s', '/bin/bash', 'free');
	await servers.inside('usermod', '-p', '*', 'free');
	await servers.inside('sh', '-c', 'cp -r /root/.ssh /home/free/ && chown -R free: /home/free/.ssh');
	const rules = 'admin ALL=(ALL) ALL\nfree ALL=(ALL) NOPASSWD: ALL\nDefaults timestamp_timeout=0\n';
	await writeFile(join(servers.host.root, 'etc/sudoers'), `root ALL=(ALL) ALL\n${rules}`, {mode: 0o440});
});

test.serial('reboot and wait_for_connection: a host goes down with its ssh server and comes back', async t => {
	const servers = ['', '-f /etc/ssh-test/main_config', '-f /etc/ssh-test/password_config'];
	const up = servers.map(settings => `/usr/sbin/sshd ${settings}`).join('; ');
	const playbook = await rig.playbook(
		'reboot',
		`
- hosts: kvm1
  tasks:
    - command: {argv: [sh, -c, echo first > /etc/boot]}
    - reboot:
        boot_time_command: [cat, /etc/boot]
        reboot_command: [sh, -c, '(sleep 0.3; pkill sshd; echo second > /etc/boot; sleep 2; ${up}) >/dev/null 2>&1 &']
        reboot_timeout: 1 min
      register: rebooted
    - command: {argv: [sh, -c, '(pkill sshd; sleep 1; ${up}) >/dev/null 2>&1 &']}
    - wait_for_connection: {delay: 500 ms, sleep: 200 ms}
    - assert: {that: ['{{ rebooted.rebooted }}']}
`,
	);
	const {code, stdout, stderr} = await rig.vacate('run', playbook);
	t.is(code, 0, `${stdout}${stderr}`);
});

test.serial(
	'ssh_config: Host, Match, HostName, Port, User, IdentityFile and known_hosts apply; the inventory overrides them',
	async t => {
		const {address} = servers.host;
		const text = `
Host short
	HostName ${address}
Match originalhost short
	Port ${port}
Host *
	User root
	Port 1
	IdentityFile ${rig.lab.key}
	UserKnownHostsFile ${servers.knownHosts}
`;
		const args = `-F ${await config('config', text)}`;
		const plain = {ansible_ssh_common_args: args};
		const shell = openSsh(
			new Map([
				['one', endpointFromVars('one', {...plain, ansible_host: 'short'})],
				['two', endpointFromVars('two', {...plain, ansible_host: 'short', ansible_user: 'free'})],
				['three', endpointFromVars('three', {...plain, ansible_host: 'short', ansible_port: 1})],
			]),
			localShell(),
		);
		t.is((await shell.run(read('one', ['id', '-un']))).stdout, 'root\n');
		t.is((await shell.run(read('two', ['id', '-un']))).stdout, 'free\n');
		await t.throwsAsync(shell.run(read('three', ['id', '-un'])), {message: /ECONNREFUSED/});
		await shell.close();
		const wrong = {ansible_host: 'short', ansible_ssh_common_args: `-F ${await config('wrong', 'Port many\n')}`};
		await t.throwsAsync(servers.shell(port, wrong).run(read('host', ['true'])), {
			instanceOf: UnreachableError,
			message: /ssh -G: .*wrong.* line 1/,
		});
	},
);

test.serial('through one jump host, through two, and through a ProxyCommand', async t => {
	const {address} = servers.host;
	const text = `
Host first
	HostName ${second().address}
Host second
	HostName ${address}
	Port ${port}
	ProxyJump first
Host last
	HostName ${address}
	Port ${port}
	ProxyJump second
Host piped
	HostName ${address}
	ProxyCommand ssh -F ${place('chain')} -W %h:%p first
Host *
	User root
	IdentityFile ${rig.lab.key}
	UserKnownHostsFile ${servers.knownHosts} ${rig.lab.knownHosts}
`;
	const args = `-F ${await config('chain', text)}`;
	const names = ['second', 'last', 'piped', 'jumped'];
	const vars = (name: string) =>
		name === 'jumped'
			? {ansible_host: address, ansible_port: port, ansible_ssh_common_args: `${args} -J first`}
			: {ansible_host: name, ansible_ssh_common_args: args};
	for (const connection of ['ssh', 'openssh']) {
		const shell = openSsh(
			new Map(names.map(name => [name, endpointFromVars(name, {...vars(name), ansible_connection: connection})])),
			localShell(),
		);
		for (const name of names) {
			const {stdout} = await shell.run(read(name, ['sh', '-c', 'echo "$SSH_CONNECTION" | cut -d" " -f1']));
			const from = {last: address, piped: second().address}[name] ?? second().address;
			t.is(stdout, `${from}\n`, `${name} by ${connection}`);
		}
		await shell.close();
	}
});

test.serial('a ProxyCommand runs in a shell, and if it fails only the connection ends', async t => {
	const {address} = servers.host;
	const way = `ssh -F ${place('chain')} -W %h:%p first`;
	for (const [line, expected] of [
		[`sh -c 'way=first; test \${way} = first && exec ${way}'`, 'in\n'],
		['exit 3', undefined],
		['/no/such/program %h', undefined],
	] as const) {
		const text = `Host *\n\tProxyCommand ${line}\n\tUserKnownHostsFile ${servers.knownHosts}\n`;
		const args = `-F ${await config('proxy', text)}`;
		const shell = servers.shell(port, {ansible_host: address, ansible_ssh_common_args: args});
		const said = shell.run(read('host', ['echo', 'in']));
		if (expected === undefined) await t.throwsAsync(said, {instanceOf: UnreachableError}, line);
		else t.is((await said).stdout, expected, line);
		await shell.close();
	}
	const spoken = {ansible_ssh_common_args: `-F ${place('proxy')} -l '$(reboot)'`, ansible_user: undefined};
	await config('proxy', 'Host *\n\tProxyCommand echo %r\n');
	await t.throwsAsync(servers.shell(port, spoken).run(read('host', ['true'])), {
		// Newer versions of ssh refuse it themselves.
		message: /not safe in the shell|invalid characters/,
	});
});

test.serial('a keyword of ssh_config may be quoted; an unclosed quote is an error', async t => {
	const text = `"Host" short\n\tHostName ${servers.host.address}\n\tPort ${port}\n\tUser root\n\tIdentityFile ${rig.lab.key}\n\tUserKnownHostsFile ${servers.knownHosts}\n`;
	const args = `-F ${await config('quoted', text)}`;
	const shell = openSsh(
		new Map([['one', endpointFromVars('one', {ansible_host: 'short', ansible_ssh_common_args: args})]]),
		localShell(),
	);
	t.is((await shell.run(read('one', ['echo', 'in']))).stdout, 'in\n');
	await shell.close();
	t.throws(() => endpointFromVars('one', {ansible_ssh_common_args: '-p 22 -o "User=root'}), {
		message: 'one: ansible_ssh_common_args, character 10: a " is not closed',
	});
});

test.serial('a loop of jump hosts, and a jump host that cannot reach the host', async t => {
	const text = `
Host a
	ProxyJump b
Host b
	ProxyJump a
Host blind
	HostName 10.97.0.200
	ProxyJump there
Host there
	HostName ${second().address}
	User root
	IdentityFile ${rig.lab.key}
	UserKnownHostsFile ${rig.lab.knownHosts}
`;
	const args = `-F ${await config('circle', text)}`;
	const run = (name: string) =>
		servers.shell(port, {ansible_host: name, ansible_ssh_common_args: args}).run(read('host', ['true']));
	await t.throwsAsync(run('a'), {instanceOf: UnreachableError, message: /loop/});
	await t.throwsAsync(run('blind'), {instanceOf: UnreachableError, message: /cannot reach 10\.97\.0\.200 port 2200/});
});

test.serial('a passphrase is requested once, again if it is wrong, and never if the agent has the key', async t => {
	const key = servers.makeKey('locked', 'swordfish');
	await authorize(key);
	const vars = {ansible_ssh_private_key_file: key};
	const someone = person('guess', 'swordfish');
	const shell = servers.shell(port, vars, someone);
	const outcomes = await Promise.all(Array.from({length: 20}, () => shell.run(read('host', ['true']))));
	t.true(outcomes.every(({end}) => end === 'exited'));
	t.deepEqual(someone.asked, [`Passphrase for ${key}: `, `Wrong passphrase. Passphrase for ${key}: `]);
	await shell.close();
	const error = await t.throwsAsync(servers.shell(port, vars, person()).run(read('host', ['true'])));
	t.regex(error?.message ?? '', /encrypted, no passphrase given/);

	const socket = place('agent');
	const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
	while (!existsSync(socket)) await new Promise(resolve => setTimeout(resolve, 20));
	const asking = place('asking');
	await writeFile(asking, '#!/bin/sh\necho swordfish\n', {mode: 0o700});
	execFileSync('ssh-add', [key], {
		env: {...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: asking, SSH_ASKPASS_REQUIRE: 'force'},
		stdio: 'ignore',
	});
	const nobody = person();
	const withAgent = servers.shell(
		port,
		{
			...vars,
			ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${servers.knownHosts} -o IdentityAgent=${socket} -o IdentitiesOnly=yes`,
		},
		nobody,
	);
	t.is((await withAgent.run(read('host', ['true']))).end, 'exited');
	t.deepEqual(nobody.asked, []);
	await withAgent.close();
	agent.kill();
});

test.serial('a private key that others can read is not used, and the error says so', async t => {
	const key = servers.makeKey('open');
	await authorize(key);
	execFileSync('chmod', ['644', key]);
	await t.throwsAsync(servers.shell(port, {ansible_ssh_private_key_file: key}).run(read('host', ['true'])), {
		message: /accessible by others; run: chmod 600/,
	});
});

test.serial('a password: right, wrong, and not given', async t => {
	const shell = servers.shell(port + 1, {ansible_password: 'tea-leaves'});
	t.is((await shell.run(read('host', ['echo', 'in']))).stdout, 'in\n');
	await shell.close();
	const wrong = await t.throwsAsync(servers.shell(port + 1, {ansible_password: 'coffee'}).run(read('host', ['true'])));
	t.regex(wrong?.message ?? '', /root cannot log in with .*a password/);
	t.false(`${wrong?.message} ${JSON.stringify(wrong)}`.includes('coffee'));
	await t.throwsAsync(servers.shell(port + 1).run(read('host', ['true'])), {instanceOf: UnreachableError});
});

for (const connection of ['ssh', 'openssh']) {
	test.serial(
		`${connection}: commands as root with sudo, without a password and with one; with a wrong one nothing is run`,
		async t => {
			const vars = {ansible_connection: connection, ansible_become: true};
			const free = servers.shell(port, {...vars, ansible_user: 'free'});
			const script = 'id -un; cat; echo "$LC_ALL $X"; exit 4';
			const options = {stdin: 'in\n', environment: {X: 'x y'}};
			t.like(await free.run(read('host', ['sh', '-c', script], options)), {
				code: 4,
				stdout: 'root\nin\nC x y\n',
				stderr: '',
			});
			const late = await free.run(write('host', ['sleep', connection === 'ssh' ? '3801' : '3802'], {timeoutMs: 500}));
			t.is(late.end, 'timed-out');
			t.is(await servers.inside('sh', '-c', `pgrep -f '^sleep ${connection === 'ssh' ? '3801' : '3802'}' || true`), '');
			await free.close();
			const admin = servers.shell(port, {...vars, ansible_user: 'admin', ansible_become_password: 'green-door'});
			t.like(await admin.run(read('host', ['sh', '-c', script], options)), {
				code: 4,
				stdout: 'root\nin\nC x y\n',
				stderr: '',
			});
			await admin.close();
			const wrong = servers.shell(port, {...vars, ansible_user: 'admin', ansible_become_password: 'red-door'});
			const error = await t.throwsAsync(wrong.run(write('host', ['touch', '/tmp/was-root'])), {
				instanceOf: UnreachableError,
			});
			t.regex(error?.message ?? '', /sudo to root does not run commands/);
			t.false(error?.message.includes('red-door'));
			await wrong.close();
			const none = servers.shell(port, {...vars, ansible_user: 'admin'});
			await t.throwsAsync(none.run(write('host', ['touch', '/tmp/was-root'])), {message: /a password is required/});
			await none.close();
			t.is(await servers.inside('sh', '-c', 'ls /tmp/was-root 2>/dev/null || true'), '');
		},
	);
}

for (const connection of ['ssh', 'openssh']) {
	test.serial(
		`${connection}: a relay connects to another host's libvirt, for its user only, and leaves nothing behind`,
		async t => {
			const vars = (host: LabHost) => ({
				ansible_connection: connection,
				ansible_host: host.address,
				ansible_user: 'root',
				ansible_ssh_private_key_file: rig.lab.key,
				ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${rig.lab.knownHosts}`,
			});
			const shell = openSsh(
				new Map([
					['near', endpointFromVars('near', vars(servers.host))],
					['far', endpointFromVars('far', vars(second()))],
				]),
				localShell(),
			);
			const inside = labShell(rig.lab);
			const files = async () =>
				(await inside.run(read('kvm1', ['sh', '-c', 'ls /run/vacate 2>/dev/null || true']))).stdout;
			const mark = `${connection}test`;
			// Left by a run that died.
			await inside.run(
				write('kvm1', [
					'python3',
					'-c',
					'import os,socket; os.makedirs("/run/vacate",0o700,exist_ok=True); socket.socket(socket.AF_UNIX).bind("/run/vacate/old.sock")',
				]),
			);
			const path = relayPath(mark);
			const relay = await shell.relay.open({onHost: 'near', path, toHost: 'far', toPath: '/run/libvirt/libvirt-sock'});
			t.is(await files(), `${mark}.sock\n`);
			const modes = (await inside.run(read('kvm1', ['stat', '-c', '%a', '/run/vacate', path]))).stdout;
			t.is(modes, '700\n600\n');
			const uri = `qemu+unix:///system?socket=${path}`;
			const uuid = async (host: string, ...args: readonly string[]) =>
				(await inside.run(read(host, ['virsh', ...args, 'sysinfo']))).stdout.match(/uuid'>(.*)</)?.[1];
			const hostname = (await inside.run(read('kvm1', ['virsh', '-c', uri, 'hostname']))).stdout.trim();
			t.is(hostname, 'kvm2');
			t.is(await uuid('kvm1', '-c', uri), await uuid('kvm2'));
			await relay.close();
			t.is(await files(), '');
			await t.throwsAsync(
				shell.relay.open({onHost: 'near', path, toHost: 'far', toPath: '/run/nothing-here'}).then(async open => {
					const {stderr, end} = await inside.run(read('kvm1', ['virsh', '-c', uri, 'hostname']));
					await open.close();
					throw new Error(`${end} ${stderr}`);
				}),
				{message: /exited .*(end of file|reset|closed)/is},
			);
			await shell.close();
		},
	);
}

test.serial('a changed key of a jump host ends the connection there', async t => {
	const wrong = place('wrong-way');
	await writeFile(wrong, `${second().address} ${servers.hostKey('main')}\n`);
	await appendFile(wrong, `[${servers.host.address}]:${port} ${servers.hostKey('main')}\n`);
	const vars = {
		ansible_ssh_common_args: `-F ${await config('via', `Host *\n  User root\n  IdentityFile ${rig.lab.key}\n  UserKnownHostsFile ${wrong}\n`)} -J ${second().address}`,
	};
	const shell = servers.shell(port, vars);
	await t.throwsAsync(shell.run(read('host', ['true'])), {message: /host key differs/});
	await shell.close();
	await rm(wrong);
});
