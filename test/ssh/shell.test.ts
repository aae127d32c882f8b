import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {connect as connectSocket, createServer, type Server, type Socket} from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {read, write} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'vacate-ssh-'));
const key = join(folder, 'id_ed25519');
const knownHosts = join(folder, 'known_hosts');
const port = 20_000 + (process.pid % 20_000);
let sshd: ChildProcess;

/** A server of Debian's OpenSSH on this machine alone, with keys and settings of its own. */
async function startSshd(name: string, at: number, settings = ''): Promise<ChildProcess> {
	const hostKey = join(folder, `${name}_host_key`);
	if (!existsSync(hostKey)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
	const config = join(folder, `${name}_config`);
	writeFileSync(
		config,
		`Port ${at}\nListenAddress 127.0.0.1\nHostKey ${hostKey}\nAuthorizedKeysFile ${key}.pub\nPidFile none\nStrictModes no\nUsePAM no\n${settings}\n`,
	);
	mkdirSync('/run/sshd', {recursive: true});
	const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], {stdio: 'ignore'});
	for (let left = 100; left > 0 && !(await answers(at)); left--) await wait(20);
	return server;
}

function answers(at: number): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connectSocket(at, '127.0.0.1');
		socket.once('data', () => resolve(true));
		socket.once('error', () => resolve(false));
		socket.once('data', () => socket.destroy());
	});
}

function learn(name: string, at: number): void {
	const [type, base64] = readFileSync(join(folder, `${name}_host_key.pub`), 'utf8').split(' ');
	appendFileSync(knownHosts, `[127.0.0.1]:${at} ${type} ${base64}\n`);
}

function shellTo(at: number, vars: Readonly<Record<string, unknown>> = {}): Shell {
	const endpoint = endpointFromVars('host', {
		ansible_host: '127.0.0.1',
		ansible_port: at,
		ansible_user: userInfo().username,
		ansible_ssh_private_key_file: key,
		ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts} -o ConnectTimeout=5`,
		...vars,
	});
	return openSsh(new Map([['host', endpoint]]), localShell());
}

test.before(async () => {
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
	writeFileSync(knownHosts, '');
	sshd = await startSshd('main', port);
	learn('main', port);
});

test.after.always(() => {
	sshd?.kill();
	rmSync(folder, {recursive: true, force: true});
});

test('arguments arrive as they are, whatever is in them', async t => {
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

test('exit code, both outputs, standard input and environment', async t => {
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

test('quick commands are never taken for lost, one after the other and many at once', async t => {
	const shell = shellTo(port);
	const outcomes = await Promise.all(Array.from({length: 300}, () => shell.run(read('host', ['echo', 'hi']))));
	for (let index = 0; index < 50; index++) outcomes.push(await shell.run(read('host', ['echo', 'hi'])));
	t.deepEqual([...new Set(outcomes.map(outcome => `${outcome.end} ${outcome.stdout}`))], ['exited hi\n']);
	await shell.close();
});

test('ten megabytes arrive whole; a character that is split between two packets is one character', async t => {
	const shell = shellTo(port);
	const {stdout} = await shell.run(read('host', ['sh', '-c', "yes 'aü€' | head -c 10485760"]));
	t.is(Buffer.byteLength(stdout), 10_485_760);
	t.false(stdout.includes('\uFFFD'));
	await shell.close();
});

test('a command out of time, and one that is told to stop, end on the host too', async t => {
	const shell = shellTo(port);
	const late = await shell.run(write('host', ['sleep', '3601'], {timeoutMs: 200}));
	t.like(late, {end: 'timed-out', afterMs: 200});
	const stop = new AbortController();
	setTimeout(() => stop.abort(), 200);
	const stopped = await shell.run(write('host', ['sh', '-c', 'sleep 3602; true']), {signal: stop.signal});
	t.is(stopped.end, 'aborted');
	await wait(100);
	const left = await shell.run(read('host', ['pgrep', '-f', '^sleep 360[12]']));
	t.is(left.stdout, '');
	await shell.close();
});

test('what start-up files of the login shell print does not disturb', async t => {
	const noisy = await startSshd(
		'noisy',
		port + 1,
		`SetEnv BASH_ENV=${join(folder, 'noise')}\nBanner ${join(folder, 'noise')}`,
	);
	writeFileSync(join(folder, 'noise'), 'echo this is noise; echo and this >&2\n');
	learn('noisy', port + 1);
	const shell = shellTo(port + 1);
	t.like(await shell.run(read('host', ['echo', 'word'])), {stdout: 'word\n', stderr: ''});
	await shell.close();
	noisy.kill();
});

test('an unknown host key: nothing is run; its fingerprint and the command to accept it are told', async t => {
	const stranger = await startSshd('stranger', port + 2);
	const shell = shellTo(port + 2);
	const error = await t.throwsAsync(shell.run(write('host', ['touch', join(folder, 'was-here')])), {
		instanceOf: UnreachableError,
	});
	const print = execFileSync('ssh-keygen', ['-lf', join(folder, 'stranger_host_key.pub')], {encoding: 'utf8'}).split(
		' ',
	)[1];
	t.true(error?.message.includes(`its host key is not known in ${knownHosts}: ${print}`), error?.message);
	t.regex(error?.remedy ?? '', /ssh-keyscan -p \d+ 127\.0\.0\.1 >> /);
	t.false(existsSync(join(folder, 'was-here')));
	stranger.kill();
});

test('a changed or revoked host key ends it before any command is sent', async t => {
	const changed = await startSshd('changed', port + 3);
	const [type, base64] = readFileSync(join(folder, 'main_host_key.pub'), 'utf8').split(' ');
	const wrong = join(folder, 'wrong_known_hosts');
	writeFileSync(wrong, `[127.0.0.1]:${port + 3} ${type} ${base64}\n`);
	const vars = {ansible_ssh_common_args: `-o UserKnownHostsFile=${wrong}`};
	await t.throwsAsync(shellTo(port + 3, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /it shows another host key than the one known .* Somebody may be in between/,
	});
	writeFileSync(wrong, `@revoked [127.0.0.1]:${port} ${type} ${base64}\n`);
	await t.throwsAsync(shellTo(port, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /it shows a revoked host key/,
	});
	changed.kill();
});

test('a key that the host does not know: who, with what, and what to do', async t => {
	const other = join(folder, 'other');
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
	const error = await t.throwsAsync(shellTo(port, {ansible_ssh_private_key_file: other}).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
	});
	t.regex(error?.message ?? '', /may not log in with .*other/);
	t.regex(error?.remedy ?? '', /authorized_keys/);
});

test('nobody listens: unreachable, at once', async t => {
	await t.throwsAsync(shellTo(port + 9).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /ECONNREFUSED/,
	});
});

/** A way to the server that can be cut. */
async function startCable(to: number): Promise<{readonly port: number; cut(): void; readonly server: Server}> {
	const sockets: Socket[] = [];
	const server = createServer(near => {
		const far = connectSocket(to, '127.0.0.1');
		near.pipe(far).pipe(near);
		for (const socket of [near, far]) {
			socket.on('error', () => {});
			sockets.push(socket);
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port: at} = server.address() as {port: number};
	return {port: at, server, cut: () => sockets.splice(0).forEach(socket => void socket.destroy())};
}

test('a connection that goes in the middle of a command: its outcome is lost, and the next command connects anew', async t => {
	const cable = await startCable(port);
	const [type, base64] = readFileSync(join(folder, 'main_host_key.pub'), 'utf8').split(' ');
	appendFileSync(knownHosts, `[127.0.0.1]:${cable.port} ${type} ${base64}\n`);
	const shell = shellTo(cable.port);
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
});

test('more commands at once than a server allows sessions: they wait, and all run', async t => {
	const narrow = await startSshd('narrow', port + 4, 'MaxSessions 2');
	learn('narrow', port + 4);
	const shell = shellTo(port + 4);
	const outcomes = await Promise.all(
		Array.from({length: 30}, (_, index) => shell.run(read('host', ['echo', String(index)]))),
	);
	t.deepEqual(
		outcomes.map(({stdout}) => stdout.trim()),
		Array.from({length: 30}, (_, index) => String(index)),
	);
	await shell.close();
	narrow.kill();
});
