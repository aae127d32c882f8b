import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import type {AddressInfo, Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import ssh2, {type AuthContext, type Connection, type ServerChannel} from 'ssh2';
import {UnreachableError} from '../../src/errors.ts';
import {read} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';

/** Servers with known keys that behave like no real server. */
const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
const userKey = ssh2.utils.generateKeyPairSync('ed25519');
let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-hostile-'));
	await writeFile(join(folder, 'key'), userKey.private, {mode: 0o600});
});

test.after.always(() => rm(folder, {recursive: true, force: true}));

/** Internals of a server that are used here and missing from its types. */
type Inside = {
	readonly _sock: Socket;
	readonly _protocol: {
		disconnect(reason: number): void;
		openssh_authAgent(channel: number, window: number, packet: number): void;
		x11(channel: number, window: number, packet: number, from: object): void;
		forwardedTcpip(channel: number, window: number, packet: number, way: object): void;
		readonly _handlers: {
			CHANNEL_OPEN_FAILURE: (...args: readonly unknown[]) => void;
			CHANNEL_OPEN_CONFIRMATION: (...args: readonly unknown[]) => void;
		};
	};
};

type Manners = {
	readonly letIn?: (context: AuthContext, inside: Inside) => void;
	readonly run?: (channel: ServerChannel, line: string, client: Connection) => void;
};

async function meet(t: ExecutionContext, {letIn, run}: Manners, options = '', file?: string) {
	const server = new ssh2.Server({hostKeys: [hostKey.private]}, client => {
		client.on('error', () => {});
		client.on('authentication', context => {
			if (letIn === undefined) context.accept();
			else letIn(context, client as unknown as Inside);
		});
		client.on('session', accept => {
			accept().on('exec', (accept, _reject, {command}) => {
				const channel = accept();
				channel.on('error', () => {});
				run?.(channel, command, client);
			});
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	const knownHosts = file ?? join(folder, `known-${port}`);
	if (file === undefined) await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKey.public}\n`);
	const endpoint = endpointFromVars('host', {
		ansible_host: '127.0.0.1',
		ansible_port: port,
		ansible_user: 'root',
		ansible_ssh_private_key_file: join(folder, 'key'),
		ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${knownHosts} -o IdentityAgent=none ${options}`,
	});
	const shell = openSsh(new Map([['host', endpoint]]), localShell());
	t.teardown(() => void server.close());
	t.teardown(() => shell.close());
	return {shell, knownHosts};
}

/** What the wrapper of a command prints before the command itself. */
function begin(channel: ServerChannel, line: string): void {
	const marker = /vacate-[0-9a-f]+/.exec(line)?.[0];
	channel.stderr.write(`${marker} 1234567 /bin/sh\n`);
	channel.write(`${marker}\n`);
}

function end(channel: ServerChannel): void {
	channel.exit(0);
	channel.end();
}

for (const [title, more] of [
	['a disconnect', ({_protocol}: Inside) => _protocol.disconnect(2)],
	['garbage', ({_sock}: Inside) => void _sock.write(Buffer.alloc(300, 'A'))],
] as const) {
	test(`a server that lets us in and sends ${title} in the same packet is unreachable, and the program goes on`, async t => {
		const {shell} = await meet(t, {
			letIn(context, inside) {
				if (context.method !== 'publickey') return context.reject(['publickey']);
				if (context.signature === undefined) return context.accept();
				const {_sock} = inside;
				const write = _sock.write.bind(_sock);
				const packets: Buffer[] = [];
				_sock.write = (packet: Uint8Array | string) => packets.push(Buffer.from(packet)) > 0;
				context.accept();
				more(inside);
				_sock.write = write;
				write(Buffer.concat(packets));
			},
		});
		await t.throwsAsync(shell.run(read('host', ['true'])), {instanceOf: UnreachableError});
	});
}

test('a server that opens channels to this machine is refused: agent, display and network', async t => {
	const refused: unknown[] = [];
	const {shell} = await meet(t, {
		run(channel, line, client) {
			begin(channel, line);
			const {_protocol} = client as unknown as Inside;
			_protocol._handlers.CHANNEL_OPEN_CONFIRMATION = () => t.fail('a channel was opened');
			_protocol._handlers.CHANNEL_OPEN_FAILURE = (_protocol, channelNumber) => {
				if (refused.push(channelNumber) === 3) end(channel);
			};
			_protocol.openssh_authAgent(55, 100_000, 32_768);
			_protocol.x11(56, 100_000, 32_768, {originAddr: '127.0.0.1', originPort: 1});
			const way = {boundAddr: '127.0.0.1', boundPort: 22, remoteAddr: '127.0.0.1', remotePort: 1};
			_protocol.forwardedTcpip(57, 100_000, 32_768, way);
		},
	});
	t.like(await shell.run(read('host', ['true'])), {end: 'exited', code: 0});
	t.deepEqual(refused, [55, 56, 57]);
});

test('the output limit also applies after the timeout of a command', async t => {
	const {shell} = await meet(t, {
		run(channel, line) {
			if (line.includes('kill')) return;
			begin(channel, line);
			const pump = () => {
				while (!channel.destroyed && channel.write(Buffer.alloc(32_000, 'a')));
				if (!channel.destroyed) channel.once('drain', pump);
			};
			setTimeout(pump, 300);
		},
	});
	const outcome = await shell.run(read('host', ['true'], {timeoutMs: 100}));
	t.is(outcome.end, 'lost', 'the host has not said that it has ended it');
	t.true(outcome.stdout.length < 17 * 1024 * 1024);
});

test('a login shell that prints letter by letter, and an incomplete character at the end, have no effect', async t => {
	const {shell} = await meet(t, {
		run(channel, line) {
			for (let index = 0; index < 3000; index++) channel.write('x');
			begin(channel, line);
			channel.write(Buffer.from([0x61, 0xe2, 0x82]));
			end(channel);
		},
	});
	t.like(await shell.run(read('host', ['true'])), {end: 'exited', stdout: 'a\uFFFD', stderr: ''});
});

test('a connection whose login shell prints without end is dropped and not reused', async t => {
	const {shell} = await meet(t, {
		run(channel, line) {
			if (line.includes('quiet')) {
				begin(channel, line);
				return end(channel);
			}
			channel.write(Buffer.alloc(70_000, 'x'));
		},
	});
	t.is((await shell.run(read('host', ['noisy'], {timeoutMs: 500}))).end, 'lost');
	t.is((await shell.run(read('host', ['quiet']))).end, 'exited');
});

test('a new host key is recorded once, even if the connection is rekeyed', async t => {
	const {shell, knownHosts} = await meet(
		t,
		{
			run(channel, line, client) {
				begin(channel, line);
				client.rekey(() => end(channel));
			},
		},
		'-o StrictHostKeyChecking=accept-new',
	);
	await writeFile(knownHosts, '');
	t.is((await shell.run(read('host', ['true']))).end, 'exited');
	t.is((await readFile(knownHosts, 'utf8')).split('\n').length - 1, 1);
});

test('a new host key that cannot be recorded is not accepted', async t => {
	const {shell} = await meet(t, {}, '-o StrictHostKeyChecking=accept-new', '/dev/null');
	await t.throwsAsync(shell.run(read('host', ['true'])), {
		message: /cannot record its host key .*: \/dev\/null is not a regular file/,
	});
});
