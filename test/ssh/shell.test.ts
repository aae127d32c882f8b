import {execFileSync} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {createServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {HostLocks} from '../../src/locks/host-locks.ts';
import {read, write} from '../../src/shell/command.ts';
import {LabRig} from '../lab/rig.ts';
import {clients} from './clients.ts';
import {Servers} from './servers.ts';

const rig = LabRig.for(test, 'vssh', '10.82.0', 1);
const servers = new Servers(rig);

const port = 2200;

test.serial.before('a server and users of the tests', async () => {
	await servers.startKnown('main', port, 'MaxStartups 100');
	for (const name of ['dash', 'bash', 'fish']) {
		const home = `/home/${name}-user`;
		await servers.inside('useradd', '-m', '-s', name === 'dash' ? '/bin/dash' : `/usr/bin/${name}`, `${name}-user`);
		await servers.inside('cp', '-r', '/root/.ssh', `${home}/.ssh`);
		await servers.inside('chown', '-R', `${name}-user:`, `${home}/.ssh`);
		await servers.inside('usermod', '-p', '*', `${name}-user`);
	}
});

for (const {name, vars} of clients) {
	const shellTo = (port: number, more: Readonly<Record<string, unknown>> = {}) =>
		servers.shell(port, {...vars, ...more});

	test.serial(`${name}: arguments arrive unchanged, whatever they contain`, async t => {
		const shell = shellTo(port);
		const hostile = [
			'a; rm -rf /',
			'$(reboot)',
			"it's",
			'"q"',
			'back\\slash',
			"\\'",
			'',
			'*',
			'~',
			'-n',
			'new\nline',
			'ü€',
			'%s',
			'`id`',
		];
		const outcome = await shell.run(read('host', ['printf', '%s\\0', ...hostile]));
		t.deepEqual(outcome.stdout.split('\0').slice(0, -1), hostile);
		t.like(outcome, {end: 'exited', code: 0, stderr: ''});
		await shell.close();
	});

	test.serial(`${name}: exit code, both outputs, standard input and environment`, async t => {
		const shell = shellTo(port);
		const script = 'read line; echo "$line $X $LC_ALL"; echo wrong >&2; exit 7';
		const outcome = await shell.run(read('host', ['sh', '-c', script], {stdin: 'given\n', environment: {X: 'x y'}}));
		t.like(outcome, {end: 'exited', code: 7, stdout: 'given x y C\n', stderr: 'wrong\n'});
		const none = await shell.run(read('host', ['no-such-program']));
		t.like(none, {end: 'exited', code: 127});
		t.regex(none.stderr, /not found/);
		const killed = await shell.run(read('host', ['sh', '-c', 'kill -9 $$']));
		t.is(killed.end, 'signalled');
		await shell.close();
	});

	test.serial(`${name}: quick commands are never reported as lost, sequential or concurrent`, async t => {
		const shell = shellTo(port);
		const outcomes = await Promise.all(Array.from({length: 150}, () => shell.run(read('host', ['echo', 'hi']))));
		for (let index = 0; index < 30; index++) outcomes.push(await shell.run(read('host', ['echo', 'hi'])));
		t.deepEqual([...new Set(outcomes.map(outcome => `${outcome.end} ${outcome.stdout}`))], ['exited hi\n']);
		await shell.close();
	});

	test.serial(`${name}: ten megabytes arrive complete; a character split between two packets is joined`, async t => {
		const shell = shellTo(port);
		const {stdout} = await shell.run(read('host', ['sh', '-c', "yes 'aü€' | head -c 10485762"]));
		t.is(Buffer.byteLength(stdout), 10_485_762);
		t.false(stdout.includes('\uFFFD'));
		await shell.close();
	});

	test.serial(`${name}: a command that times out or is aborted is killed on the host`, async t => {
		const shell = shellTo(port);
		const first = name === clients[0].name ? 360 : 370;
		const late = await shell.run(write('host', ['sleep', `${first}1`], {timeoutMs: 200}));
		t.like(late, {end: 'timed-out', afterMs: 200});
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 200);
		const stopped = await shell.run(write('host', ['sh', '-c', `sleep ${first}2; true`]), {signal: stop.signal});
		t.is(stopped.end, 'aborted');
		await wait(100);
		const left = await shell.run(read('host', ['pgrep', '-f', `^sleep ${first}[12]`]));
		t.is(left.stdout, '');
		await shell.close();
	});

	test.serial(`${name}: an exit code of 255 is the command's own`, async t => {
		const shell = shellTo(port);
		t.like(await shell.run(read('host', ['sh', '-c', 'echo out; echo err >&2; exit 255'])), {
			end: 'exited',
			code: 255,
			stdout: 'out\n',
			stderr: 'err\n',
		});
		await shell.close();
	});

	test.serial(`${name}: a command that prints without end is killed, and its output is limited`, async t => {
		const shell = shellTo(port);
		const outcome = await shell.run(read('host', ['yes']));
		t.like(outcome, {end: 'signalled', signal: 'too much output'});
		t.true(outcome.stdout.length < 20 * 1024 * 1024);
		await shell.close();
	});

	test.serial(
		`${name}: a connection lost during a command: the outcome is unknown, the next command reconnects`,
		async t => {
			const cable = await servers.cable(port);
			servers.learn('main', cable.port, '127.0.0.1');
			const shell = shellTo(cable.port, {ansible_host: '127.0.0.1'});
			const running = shell.run(write('host', ['sh', '-c', 'echo begun; sleep 2']), {
				onStdout: text => {
					if (text.includes('begun')) cable.cut();
				},
			});
			t.like(await running, {end: 'lost', stdout: 'begun\n'});
			t.like(await shell.run(read('host', ['echo', 'again'])), {end: 'exited', stdout: 'again\n'});
			await shell.close();
			cable.cut();
			cable.server.close();
		},
	);

	test.serial(`${name}: a read whose connection is lost is repeated, a write never`, async t => {
		const cable = await servers.cable(port);
		servers.learn('main', cable.port, '127.0.0.1');
		const shell = shellTo(cable.port, {ansible_host: '127.0.0.1'});
		await shell.run(read('host', ['true']));
		const count = async (file: string) => (await servers.inside('cat', file)).length;
		const reads = `/tmp/reads-${name === clients[0].name}`;
		const writes = `/tmp/writes-${name === clients[0].name}`;
		const note = (file: string) => ['sh', '-c', 'printf x >> "$1"; sleep 3', 'sh', file] as const;
		const reading = shell.run(read('host', [...note(reads)]));
		await wait(800);
		cable.cut();
		t.like(await reading, {end: 'exited', code: 0});
		t.is(await count(reads), 2);
		const writing = shell.run(write('host', [...note(writes)]));
		await wait(800);
		cable.cut();
		t.like(await writing, {end: 'lost'});
		t.is(await count(writes), 1);
		await servers.inside('rm', reads, writes);
		await shell.close();
		cable.server.close();
	});

	test.serial(`${name}: a silent host is given up after the keepalive timeout`, async t => {
		const cable = await servers.cable(port);
		servers.learn('main', cable.port, '127.0.0.1');
		const args = `-F none -o UserKnownHostsFile=${servers.knownHosts} -o ServerAliveInterval=1 -o ServerAliveCountMax=2 -o ConnectTimeout=60`;
		const shell = shellTo(cable.port, {ansible_host: '127.0.0.1', ansible_ssh_common_args: args});
		await shell.run(read('host', ['true']));
		const running = shell.run(write('host', ['sleep', '60']));
		await wait(300);
		cable.hold();
		t.is((await running).end, 'lost');
		cable.cut();
		cable.server.close();
		await shell.close();
	});

	test.serial(`${name}: a slow host is waited for`, async t => {
		const cable = await servers.cable(port);
		servers.learn('main', cable.port, '127.0.0.1');
		const shell = shellTo(cable.port, {ansible_host: '127.0.0.1'});
		cable.slow(150);
		t.like(await shell.run(read('host', ['echo', 'slowly'])), {end: 'exited', stdout: 'slowly\n'});
		await shell.close();
		cable.server.close();
	});

	test.serial(
		`${name}: a server that does not respond is unreachable after the timeout, and waiting can be aborted`,
		async t => {
			const open: Socket[] = [];
			const mute = createServer(socket => void open.push(socket));
			await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve));
			const {port: mutePort} = mute.address() as {port: number};
			servers.learn('main', mutePort, '127.0.0.1');
			const args = `-F none -o UserKnownHostsFile=${servers.knownHosts} -o ConnectTimeout=1`;
			const shell = shellTo(mutePort, {ansible_host: '127.0.0.1', ansible_ssh_common_args: args});
			const stop = new AbortController();
			const stopped = shell.run(read('host', ['true']), {signal: stop.signal});
			stop.abort();
			t.is((await stopped).end, 'aborted');
			await t.throwsAsync(shell.run(read('host', ['true'])), {instanceOf: UnreachableError});
			for (const socket of open) socket.destroy();
			mute.close();
			await shell.close();
		},
	);

	test.serial(`${name}: a session closed by the server is lost`, async t => {
		const shell = shellTo(port);
		// The session's sshd is the parent of the login shell that the command has replaced.
		const outcome = await shell.run(write('host', ['sh', '-c', 'kill -9 $PPID; sleep 5']));
		t.is(outcome.end, 'lost');
		t.like(await shell.run(read('host', ['echo', 'again'])), {end: 'exited', stdout: 'again\n'});
		await shell.close();
	});

	for (const shellName of ['dash', 'bash', 'fish']) {
		test.serial(`${name}: the login shell ${shellName} works`, async t => {
			const user = `${shellName}-user`;
			const shell = shellTo(port, {ansible_user: user});
			for (let round = 0; round < 2; round++) {
				const outcome = await shell.run(
					read('host', ['sh', '-c', 'cat; printf "%s\\n" "$@" "$LC_ALL"; exit 3', 'sh', "it's", '$HOME', 'a\\b'], {
						stdin: 'in\n',
					}),
				);
				t.like(outcome, {end: 'exited', code: 3, stdout: "in\nit's\n$HOME\na\\b\nC\n", stderr: ''});
			}
			await shell.close();
		});
	}

	test.serial(`${name}: a command that times out behind a ForceCommand is killed`, async t => {
		const own = name === clients[0].name;
		const at = port + (own ? 44 : 45);
		await servers.startKnown(`forced-${own}`, at, 'ForceCommand sh -c "$SSH_ORIGINAL_COMMAND"; true');
		const shell = shellTo(at);
		const seconds = own ? '3651' : '3652';
		t.is((await shell.run(write('host', ['sleep', seconds], {timeoutMs: 300}))).end, 'timed-out');
		t.is(await servers.inside('sh', '-c', `pgrep -f '^sleep ${seconds}' || true`), '');
		await shell.close();
	});

	test.serial(`${name}: every kind of server`, async t => {
		const own = name === clients[0].name;
		const kinds = [
			['narrow', 'MaxSessions 2', 'ed25519'],
			['crowded', 'MaxStartups 3:50:5', 'ed25519'],
			['rsa', 'HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256', 'rsa'],
			['ecdsa', '', 'ecdsa'],
			[
				'banner',
				'Banner /etc/ssh-test/noise\nForceCommand echo hello; echo hello >&2; sh -c "$SSH_ORIGINAL_COMMAND"',
				'ed25519',
			],
		] as const;
		for (const [index, [kind, settings, type]] of kinds.entries()) {
			const at = port + (own ? 10 : 20) + index;
			await servers.startKnown(`${kind}-${own}`, at, settings, type);
			const shells = Array.from({length: kind === 'crowded' ? 12 : 1}, () => shellTo(at));
			const outcomes = await Promise.all(
				shells.flatMap(shell =>
					Array.from({length: 12}, (_, index) => shell.run(read('host', ['echo', String(index)]))),
				),
			);
			t.deepEqual(
				[...new Set(outcomes.map(({end, stdout, stderr}) => `${end} ${stdout.trim()} ${stderr}`))],
				Array.from({length: 12}, (_, index) => `exited ${index} `),
				kind,
			);
			await Promise.all(shells.map(shell => shell.close()));
		}
	});
}

test.serial('output of the login shell start-up files is ignored', async t => {
	await servers.start('noisy', port + 1, 'SetEnv BASH_ENV=/etc/ssh-test/noise\nBanner /etc/ssh-test/noise');
	await writeFile(join(servers.folder, 'noise'), 'echo this is noise; echo and this >&2\n');
	servers.learn('noisy', port + 1);
	const shell = servers.shell(port + 1);
	t.like(await shell.run(read('host', ['echo', 'word'])), {stdout: 'word\n', stderr: ''});
	await shell.close();
});

test.serial('a rejected login names the user, the key and what to do', async t => {
	const other = join(rig.folder, 'other');
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
	const error = await t.throwsAsync(
		servers.shell(port, {ansible_ssh_private_key_file: other}).run(read('host', ['true'])),
		{
			instanceOf: UnreachableError,
		},
	);
	t.regex(error?.message ?? '', /cannot log in with .*other/);
	t.regex(error?.remedy ?? '', /authorized_keys/);
});

test.serial('with one session per connection, a command does not wait for a long one', async t => {
	await servers.startKnown('single', port + 5, 'MaxSessions 1');
	const shell = servers.shell(port + 5);
	const stop = new AbortController();
	const long = shell.run(write('host', ['sleep', '3660']), {signal: stop.signal});
	const outcomes = await Promise.all([1, 2, 3].map(() => shell.run(read('host', ['echo', 'done']))));
	t.deepEqual(
		outcomes.map(({stdout}) => stdout),
		['done\n', 'done\n', 'done\n'],
	);
	stop.abort();
	t.is((await long).end, 'aborted');
	await shell.close();
});

test.serial(
	'a user of a host can neither stop a run nor make it write to a file, by planting a file in place of its lock',
	async t => {
		const shell = servers.shell(port);
		const asUser = (script: string) => servers.inside('su', 'dash-user', '-c', script);
		await servers.inside('sh', '-c', 'echo precious > /etc/precious; install -d -m 1777 /run/lock');
		for (const trap of [
			'ln -s /etc/precious /run/lock/vacate.lock',
			'ln -s /etc/made /run/lock/vacate.lock',
			'mkfifo /run/lock/vacate.lock',
			'touch /run/lock/vacate.lock; flock /run/lock/vacate.lock sleep 3670 >/dev/null 2>&1 &',
		]) {
			await asUser(trap);
			const locks = new HostLocks(shell, {run: 'one', text: 'of ann'}, () => {});
			await t.notThrowsAsync(locks.hold(['host']), trap);
			await t.throwsAsync(asUser('flock -n /run/vacate.lock true'), undefined, 'nor can the lock itself be held');
			await locks.close();
			await servers.inside('sh', '-c', 'rm /run/lock/vacate.lock; pkill -f "^sleep 3670" || true');
		}
		t.is(await servers.inside('sh', '-c', 'cat /etc/precious; ls /etc/made 2>/dev/null || true'), 'precious\n');
		await shell.close();
	},
);

test.serial('a closed port is reported as unreachable immediately', async t => {
	await t.throwsAsync(servers.shell(port + 9).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /ECONNREFUSED/,
	});
});
