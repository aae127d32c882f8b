import {execFileSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {labShell} from '../../src/lab/enter.ts';
import {clearFaults, faultsOf} from '../../src/lab/fault/all-faults.ts';
import {killProgram, pauseProgram, startDaemon} from '../../src/lab/fault/daemons.ts';
import {fillDisk} from '../../src/lab/fault/disk.ts';
import type {Fault} from '../../src/lab/fault/fault.ts';
import {cutLink} from '../../src/lab/fault/link.ts';
import {blockPorts, losePackets} from '../../src/lab/fault/packets.ts';
import {processesOf, programOf} from '../../src/lab/fault/processes.ts';
import {slowLink} from '../../src/lab/fault/speed.ts';
import {consoleFolder, guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {read} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh} from '../../src/ssh/shell.ts';
import {faultsText} from '../../src/views/faults.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vflt', '10.87.0', 3);

function machine(host: string): LabHost {
	const found = rig.lab.machines.find(({name}) => name === host);
	if (found === undefined) throw new Error(`no host ${host}`);
	return found;
}

async function on(host: string, ...argv: [string, ...string[]]) {
	return labShell(rig.lab).run({host, argv, effect: 'read'});
}

/** What a host gets when it opens a TCP connection to another one: `silence` is no answer within a second. */
async function connect(from: string, to: string, port: number): Promise<'open' | 'refused' | 'silence'> {
	const script = `exec 3<>/dev/tcp/${machine(to).address}/${port}`;
	const {stderr, ...ending} = await on(from, 'timeout', '1', 'bash', '-c', script);
	if (ending.end === 'exited' && ending.code === 0) return 'open';
	return /refused|reset/.test(stderr) ? 'refused' : 'silence';
}

async function faults(): Promise<readonly Fault[]> {
	return faultsOf(rig.lab, rig.lab.machines);
}

async function heal(): Promise<void> {
	await clearFaults(rig.lab, rig.lab.machines);
}

test.afterEach.always(heal);

test.serial('a cut link: the host is unreachable and loses the carrier; clear reconnects it', async t => {
	await cutLink(machine('kvm2'));
	t.deepEqual(await faults(), [{kind: 'link', host: 'kvm2'}]);
	t.is(await connect('kvm1', 'kvm2', 22), 'silence');
	t.is(await connect('kvm1', 'kvm3', 22), 'open');
	t.regex((await on('kvm2', 'ip', 'link', 'show', 'eth0')).stdout, /NO-CARRIER/);
	await heal();
	t.deepEqual(await faults(), []);
	t.is(await connect('kvm1', 'kvm2', 22), 'open');
});

test.serial('a slow link: transfers take long; clear makes it fast', async t => {
	await slowLink(machine('kvm1'), {bytesPerSecond: 1024 ** 2});
	t.deepEqual(await faults(), [{kind: 'slow', host: 'kvm1', bytesPerSecond: 1024 ** 2}]);
	t.is(await firstToSend('kvm1', 'kvm2'), 'kvm2');
	await heal();
	await slowLink(machine('kvm2'), {bytesPerSecond: 1024 ** 2});
	t.is(await firstToSend('kvm1', 'kvm2'), 'kvm1');
	await heal();
	t.deepEqual(await faults(), []);
});

/** Two hosts begin to send 1 MiB to this machine: who has finished first? */
async function firstToSend(...hosts: readonly [string, string]): Promise<string> {
	const order: string[] = [];
	const server = createServer(socket => {
		socket.resume();
		const sender = rig.lab.machines.find(({address}) => socket.remoteAddress?.endsWith(address) === true);
		socket.on('end', () => order.push(sender?.name ?? 'a stranger'));
	});
	await new Promise<void>(resolve => server.listen(0, rig.lab.gateway, resolve));
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	const script = `head -c 1048576 /dev/zero >/dev/tcp/${rig.lab.gateway}/${port}`;
	await Promise.all(hosts.map(host => on(host, 'bash', '-c', script)));
	await new Promise(resolve => server.close(resolve));
	return order[0] ?? 'nobody';
}

test.serial('a delayed link, if the kernel supports it; otherwise an error, and nothing is changed', async t => {
	try {
		await slowLink(machine('kvm1'), {delayMs: 20, bytesPerSecond: 1024 ** 2});
		t.deepEqual(await faults(), [{kind: 'slow', host: 'kvm1', delayMs: 20, bytesPerSecond: 1024 ** 2}]);
	} catch (error) {
		t.regex(String(error), /this kernel cannot delay packets/);
		t.deepEqual(await faults(), []);
	}
});

test.serial('loss: of all packets, nothing arrives; of some, connections still work', async t => {
	await losePackets(machine('kvm2'), 100);
	t.deepEqual(await faults(), [{kind: 'loss', host: 'kvm2', percent: 100}]);
	t.is(await connect('kvm1', 'kvm2', 22), 'silence');
	await heal();
	await losePackets(machine('kvm2'), 0.25);
	t.deepEqual(await faults(), [{kind: 'loss', host: 'kvm2', percent: 0.25}]);
	t.is(await connect('kvm1', 'kvm2', 22), 'open');
});

test.serial('ports: dropped or refused, for all hosts or for one, and only these ports', async t => {
	await blockPorts(rig.lab, machine('kvm2'), {kind: 'port', ports: '22', how: 'drop', from: 'kvm1'});
	await blockPorts(rig.lab, machine('kvm3'), {kind: 'port', ports: '20-25', how: 'refuse'});
	t.is(await connect('kvm1', 'kvm2', 22), 'silence');
	t.is(await connect('kvm3', 'kvm2', 22), 'open');
	t.is(await connect('kvm1', 'kvm3', 22), 'refused');
	t.is(await connect('kvm1', 'kvm1', 22), 'open');
	t.deepEqual(await faults(), [
		{kind: 'port', host: 'kvm2', ports: '22', how: 'drop', from: 'kvm1'},
		{kind: 'port', host: 'kvm3', ports: '20-25', how: 'refuse'},
	]);
	await clearFaults(rig.lab, [machine('kvm3')]);
	t.is(await connect('kvm1', 'kvm3', 22), 'open');
	t.is(await connect('kvm1', 'kvm2', 22), 'silence', 'the other host was not healed');
});

test.serial('a full disk: images cannot grow, the rest of the host is writable; clear restores the space', async t => {
	const file = `${imageFolder}/large`;
	const fill = () => on('kvm2', 'dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', 'count=3');
	await fillDisk(machine('kvm2'), 1024 ** 2);
	t.like((await faults())[0], {kind: 'disk', host: 'kvm2', freeBytes: 1024 ** 2});
	t.regex((await fill()).stderr, /No space left on device/);
	t.like(await on('kvm2', 'dd', 'if=/dev/zero', 'of=/var/log/large', 'bs=1M', 'count=3'), {code: 0});
	t.like(await on('kvm2', 'rm', file, '/var/log/large'), {code: 0});
	await heal();
	t.deepEqual(await faults(), []);
	t.like(await fill(), {code: 0});
	t.like(await on('kvm2', 'rm', file), {code: 0});
});

test.serial('a dead libvirtd: no answer, guests keep running; clear starts it, and it finds them', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('calm'));
	await killProgram(rig.lab, {host: 'kvm1', program: 'libvirtd'});
	t.deepEqual(await faults(), [{kind: 'dead', host: 'kvm1', program: 'libvirtd'}]);
	t.regex((await on('kvm1', 'virsh', 'list')).stderr, /failed to connect/);
	await heal();
	t.deepEqual(await faults(), []);
	unharmed(t, await rig.guest('calm'), 'kvm1');

	const before = pidOf('kvm1', 'libvirtd');
	await killProgram(rig.lab, {host: 'kvm1', program: 'libvirtd'});
	await startDaemon(rig.lab, 'kvm1', 'libvirtd');
	t.not(pidOf('kvm1', 'libvirtd'), before);
	t.regex((await on('kvm1', 'virsh', 'list')).stdout, /calm +running/);
});

function pidOf(host: string, program: string): number | undefined {
	return processesOf(rig.lab, host).find(one => programOf(one) === program)?.pid;
}

test.serial(
	'a dead sshd refuses connections, but its sessions live; killed sessions end, but sshd accepts new ones',
	async t => {
		const session = async (command: string) =>
			(await on('kvm1', 'ssh', '-o', 'BatchMode=yes', 'root@kvm2', command)).stdout;
		const cut = session('sleep 600; echo end');
		while (pidOf('kvm2', 'sessions') === undefined) await wait(20);
		await killProgram(rig.lab, {host: 'kvm2', program: 'sshd'});
		t.deepEqual(await faults(), [{kind: 'dead', host: 'kvm2', program: 'sshd'}]);
		t.is(await connect('kvm1', 'kvm2', 22), 'refused');
		t.not(pidOf('kvm2', 'sessions'), undefined);
		await heal();
		t.is(await connect('kvm1', 'kvm2', 22), 'open');
		await killProgram(rig.lab, {host: 'kvm2', program: 'sessions'});
		t.is(await cut, '');
		t.is(await connect('kvm1', 'kvm2', 22), 'open');
		t.is(await session('echo in'), 'in\n');
	},
);

test.serial('a shell closed while a lost read is retried does not reconnect, or the run would never end', async t => {
	const {address} = machine('kvm2');
	const shell = openSsh(
		new Map([['kvm2', endpointFromVars('kvm2', {...credentials(), ansible_host: address})]]),
		localShell(),
	);
	const reading = shell.run(read('kvm2', ['sleep', '601'])).catch(String);
	while (!processesOf(rig.lab, 'kvm2').some(({argv}) => argv.includes('601'))) await wait(20);
	await killProgram(rig.lab, {host: 'kvm2', program: 'sessions'});
	await wait(50);
	await shell.close();
	t.regex(String(await reading), /the connection is closed/);
	t.is(pidOf('kvm2', 'sessions'), undefined);
});

test.serial('a host that resets each new connection is unreachable, without other effects', async t => {
	const server = createServer(socket => socket.resetAndDestroy());
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	const vars = {...credentials(), ansible_host: '127.0.0.1', ansible_port: port};
	for (let attempt = 1; attempt <= 5; attempt++) {
		const shell = openSsh(new Map([['odd', endpointFromVars('odd', vars)]]), localShell());
		await t.throwsAsync(shell.run(read('odd', ['true'])), {instanceOf: UnreachableError});
		await shell.close();
	}
	await new Promise(resolve => server.close(resolve));
});

test.serial('a command killed on its host is reported with the signal', async t => {
	const vars = {...credentials(), ansible_host: machine('kvm2').address};
	const shell = openSsh(new Map([['kvm2', endpointFromVars('kvm2', vars)]]), localShell());
	t.like(await shell.run(read('kvm2', ['sh', '-c', 'kill -9 $$'])), {end: 'signalled', signal: 'SIGKILL'});
	await shell.close();
});

function credentials(): Readonly<Record<string, unknown>> {
	return {
		ansible_user: 'root',
		ansible_ssh_private_key_file: rig.lab.key,
		ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${rig.lab.knownHosts}`,
	};
}

test.serial('a running virsh is killed; without one, an error', async t => {
	const events = on('kvm1', 'virsh', 'event', '--all', '--loop');
	while (pidOf('kvm1', 'virsh') === undefined) await wait(20);
	await killProgram(rig.lab, {host: 'kvm1', program: 'virsh'});
	t.notDeepEqual((await events).end, 'timed-out');
	await t.throwsAsync(killProgram(rig.lab, {host: 'kvm1', program: 'virsh'}), {message: 'no virsh process on kvm1'});
});

test.serial('qemu of one guest, by its name: silent while paused, gone when killed', async t => {
	const name = `it's, a "guest"`;
	await createGuest(rig.lab, 'kvm1', guestPlan(name));
	await createGuest(rig.lab, 'kvm1', guestPlan('neighbour'));
	pauseProgram(rig.lab, {host: 'kvm1', program: 'qemu', guest: name});
	t.deepEqual(await faults(), [{kind: 'paused', host: 'kvm1', program: 'qemu', guest: name}]);
	const silent = consoleSize(name);
	await speaks('neighbour');
	t.is(consoleSize(name), silent);
	await heal();
	t.deepEqual(await faults(), []);
	await speaks(name);
	await killProgram(rig.lab, {host: 'kvm1', program: 'qemu', guest: name});
	t.deepEqual((await rig.guest(name)).active, []);
	unharmed(t, await rig.guest('neighbour'), 'kvm1');
	await t.throwsAsync(killProgram(rig.lab, {host: 'kvm1', program: 'qemu', guest: name}), {
		message: `no qemu process of guest ${name} on kvm1`,
	});
});

function consoleSize(guest: string): number {
	return statSync(join(machine('kvm1').root, consoleFolder, `${guest}.console`)).size;
}

/** Until the guest has printed ten lines more. */
async function speaks(guest: string): Promise<void> {
	for (const until = consoleSize(guest) + 280; consoleSize(guest) < until; ) await wait(20);
}

test.serial('the command line: each fault is injected, listed and cleared', async t => {
	const dir = ['--dir', rig.lab.dir];
	for (const words of [
		['link', 'kvm3', 'down'],
		['slow', 'kvm1', '--rate', '2 MiB/s'],
		['loss', 'kvm1', '0.5'],
		['port', 'kvm2', '49152-49215', 'drop', '--from', 'kvm1'],
		['disk', 'kvm2', '--free', '2 MiB'],
		['kill', 'kvm2', 'sshd'],
		['restart', 'kvm1', 'libvirtd'],
		['pause', 'kvm1', 'libvirtd'],
	]) {
		const {code, stderr} = await rig.vacate('lab', 'fault', ...words, ...dir);
		t.is(code, 0, `${words.join(' ')}: ${stderr}`);
	}
	const list = await rig.vacate('lab', 'fault', 'list', ...dir);
	t.is(
		list.stdout,
		`kvm1: link is limited to 2.0 MiB/s in each direction
kvm1: 0.5 % of incoming packets are lost
kvm1: libvirtd is paused
kvm2: TCP ports 49152-49215 are dropped for kvm1
kvm2: the image disk has 2.0 MiB free
kvm2: sshd is not running
kvm3: link is down
`,
	);
	const one = await rig.vacate('lab', 'fault', 'list', 'kvm3', '--json', ...dir);
	t.deepEqual(JSON.parse(one.stdout), [{kind: 'link', host: 'kvm3'}]);
	t.is((await rig.vacate('lab', 'fault', 'link', 'kvm3', 'up', ...dir)).code, 0);
	t.is((await rig.vacate('lab', 'fault', 'clear', ...dir)).code, 0);
	t.is(faultsText(await faults()), 'no faults');
});

for (const [words, message] of [
	[['link', 'kvm9', 'down'], /no host 'kvm9' in the lab\n.*kvm1, kvm2, kvm3/],
	[['slow', 'kvm1'], /neither a rate nor a delay given/],
	[['slow', 'kvm1', '--rate', '3'], /write a rate such as/],
	[['port', 'kvm1', '70000', 'drop'], /expected a port, or a range/],
	[['loss', 'kvm1', '0'], /expected a number from 0.01 to 100/],
	[['kill', 'kvm1', 'init'], /Allowed choices are libvirtd, sshd, sessions, virsh, qemu/],
] as const) {
	test.serial(`a mistake is told and nothing is done: lab fault ${words.join(' ')}`, async t => {
		const {code, stderr} = await rig.vacate('lab', 'fault', ...words, '--dir', rig.lab.dir);
		t.is(code, 2);
		t.regex(stderr, message);
		t.deepEqual(await faults(), []);
	});
}

test.serial('down removes a lab with active faults', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('frozen'));
	pauseProgram(rig.lab, {host: 'kvm1', program: 'qemu', guest: 'frozen'});
	pauseProgram(rig.lab, {host: 'kvm2', program: 'libvirtd'});
	await fillDisk(machine('kvm2'), 0);
	await cutLink(machine('kvm1'));
	await slowLink(machine('kvm2'), {bytesPerSecond: 1024});
	await losePackets(machine('kvm3'), 100);
	const processes = rig.lab.machines.flatMap(({name}) => processesOf(rig.lab, name));
	t.is((await rig.vacate('lab', 'down', '--dir', rig.lab.dir)).code, 0);
	t.deepEqual(
		processes.filter(({pid, argv}) => commandLine(pid) === argv.join('\0')),
		[],
	);
	t.notRegex(readFileSync('/proc/self/mounts', 'utf8'), /vacate-test-vflt/);
	t.notRegex(execFileSync('ip', ['-o', 'link'], {encoding: 'utf8'}), /vflt-/);
	t.notRegex(execFileSync('ip', ['netns', 'list'], {encoding: 'utf8'}), /vflt-/);
	await rig.up();
});

function commandLine(pid: number): string | undefined {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '');
	} catch {
		return undefined;
	}
}
