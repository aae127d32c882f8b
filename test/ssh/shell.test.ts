import {execFileSync} from 'node:child_process';
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {connect as connectSocket, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {labShell} from '../../src/lab/enter.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {read, write} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';
import {LabRig} from '../lab/rig.ts';

const rig = LabRig.for(test, 'vssh', '10.82.0', 1);

const host = () => rig.lab.machines[0] as LabHost;
const folder = () => join(host().root, 'etc/ssh-test');
const knownHosts = () => join(rig.folder, 'known_hosts');

/** Another server of Debian's OpenSSH on the lab's host, with a key and settings of its own. */
async function startSshd(name: string, port: number, settings = ''): Promise<void> {
	await mkdir(folder(), {recursive: true});
	const inside = `/etc/ssh-test/${name}_host_key`;
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder(), `${name}_host_key`)]);
	const config = `Port ${port}\nHostKey ${inside}\nPidFile none\nUsePAM no\n${settings}\n`;
	await writeFile(join(folder(), `${name}_config`), config);
	const enter = labShell(rig.lab);
	await enter.run({host: 'kvm1', argv: ['/usr/sbin/sshd', '-f', `/etc/ssh-test/${name}_config`], effect: 'write'});
}

/** The public key of a server, as known_hosts has it. */
function hostKey(name: string): string {
	return readFileSync(join(folder(), `${name}_host_key.pub`), 'utf8')
		.split(' ')
		.slice(0, 2)
		.join(' ');
}

function learn(name: string, port: number, address = host().address): void {
	appendFileSync(knownHosts(), `[${address}]:${port} ${hostKey(name)}\n`);
}

function shellTo(port: number, vars: Readonly<Record<string, unknown>> = {}): Shell {
	const endpoint = endpointFromVars('host', {
		ansible_host: host().address,
		ansible_port: port,
		ansible_user: 'root',
		ansible_ssh_private_key_file: rig.lab.key,
		ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts()} -o ConnectTimeout=20`,
		...vars,
	});
	return openSsh(new Map([['host', endpoint]]), localShell());
}

const port = 2200;

test.serial.before('a server of the tests', async () => {
	await startSshd('main', port);
	learn('main', port);
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
	const {stdout} = await shell.run(read('host', ['sh', '-c', "yes 'aü€' | head -c 10485762"]));
	t.is(Buffer.byteLength(stdout), 10_485_762);
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
	await startSshd('noisy', port + 1, 'SetEnv BASH_ENV=/etc/ssh-test/noise\nBanner /etc/ssh-test/noise');
	await writeFile(join(folder(), 'noise'), 'echo this is noise; echo and this >&2\n');
	learn('noisy', port + 1);
	const shell = shellTo(port + 1);
	t.like(await shell.run(read('host', ['echo', 'word'])), {stdout: 'word\n', stderr: ''});
	await shell.close();
});

test('an unknown host key: nothing is run; its fingerprint and the command to accept it are told', async t => {
	await startSshd('stranger', port + 2);
	const shell = shellTo(port + 2);
	const error = await t.throwsAsync(shell.run(write('host', ['touch', '/etc/ssh-test/was-here'])), {
		instanceOf: UnreachableError,
	});
	const print = execFileSync('ssh-keygen', ['-lf', join(folder(), 'stranger_host_key.pub')], {encoding: 'utf8'}).split(
		' ',
	)[1];
	t.true(
		error?.message.includes(`its host key is not known in ${knownHosts()}, `) && error.message.includes(String(print)),
		error?.message,
	);
	t.regex(error?.remedy ?? '', /ssh-keyscan -p \d+ 10\.82\.0\.11 >> /);
	t.false(existsSync(join(folder(), 'was-here')));
});

test('a changed or revoked host key ends it before any command is sent', async t => {
	await startSshd('changed', port + 3);
	const wrong = join(rig.folder, 'wrong_known_hosts');
	await writeFile(wrong, `[${host().address}]:${port + 3} ${hostKey('main')}\n`);
	const vars = {ansible_ssh_common_args: `-o UserKnownHostsFile=${wrong}`};
	await t.throwsAsync(shellTo(port + 3, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /it shows another host key than the one known .* Somebody may be in between/,
	});
	await writeFile(wrong, `@revoked [${host().address}]:${port} ${hostKey('main')}\n`);
	await t.throwsAsync(shellTo(port, vars).run(read('host', ['true'])), {
		instanceOf: UnreachableError,
		message: /it shows a revoked host key/,
	});
});

test('a key that the host does not know: who, with what, and what to do', async t => {
	const other = join(rig.folder, 'other');
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
		const far = connectSocket(to, host().address);
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
	learn('main', cable.port, '127.0.0.1');
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
});

test('more commands at once than a server allows sessions: they wait, and all run', async t => {
	await startSshd('narrow', port + 4, 'MaxSessions 2');
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
});
