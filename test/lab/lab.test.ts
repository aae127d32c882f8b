import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {bootSector, dirtyUnitsFor, kernelFile} from '../../src/lab/boot-sector.ts';
import {down} from '../../src/lab/down.ts';
import {labShell} from '../../src/lab/enter.ts';
import {type GuestPlan, guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {isAlive, kill} from '../../src/lab/process.ts';
import {parseConsoles, readGuests} from '../../src/lab/readings.ts';
import {loadLab} from '../../src/lab/state.ts';
import {up} from '../../src/lab/up.ts';

const plan = {name: 'vown', dir: '/var/tmp/vacate-test-own', subnet: '10.84.0', hosts: 2};

test.after.always(() => down(plan));

/** What a lab could leave behind on this machine. */
function traces(): readonly string[] {
	const links = execFileSync('ip', ['-o', 'link'], {encoding: 'utf8'});
	const namespaces = execFileSync('ip', ['netns', 'list'], {encoding: 'utf8'});
	const mounts = readFileSync('/proc/self/mounts', 'utf8');
	return [
		...(links.match(/\bvown-\w+/g) ?? []),
		...(namespaces.match(/\bvown-\w+/g) ?? []),
		...(mounts.match(/vacate-test-own\S*/g) ?? []),
		...(existsSync(plan.dir) ? [plan.dir] : []),
	];
}

test('the boot sector equals the assembled guest.S', t => {
	if (!existsSync('/usr/bin/as')) {
		t.log('binutils is not here: only the size and the signature are compared');
		t.is(bootSector(0).readUInt16LE(510), 0xaa55);
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), 'vacate-guest-'));
	const source = new URL('../../../src/lab/guest.S', import.meta.url).pathname;
	execFileSync('as', ['--32', '-o', join(folder, 'guest.o'), source]);
	execFileSync('ld', [
		'-m',
		'elf_i386',
		'-Ttext',
		'0x7c00',
		'--oformat',
		'binary',
		'-o',
		join(folder, 'guest'),
		join(folder, 'guest.o'),
	]);
	t.deepEqual(readFileSync(join(folder, 'guest')), bootSector(0));
	t.is(bootSector(800).readUInt16LE(500), 800);
	t.deepEqual(kernelFile(8).subarray(1024, 1536), bootSector(8), 'a guest without a disk runs the same');
	rmSync(folder, {recursive: true});
});

test('consoles are read line by line; a line split by a move is joined, other incomplete lines are ignored', t => {
	const one = 'D00000000\nT00000001D00000000W00000000\nT00000002D000000';
	const other = '00W00000000\nT00000003D00000000W00000000\nT00000004D0';
	t.deepEqual(parseConsoles([one]), [{tick: 1, booted: 0, written: 0}]);
	t.deepEqual(
		parseConsoles([other, one])
			.map(({tick}) => tick)
			.sort(),
		[1, 2, 3],
	);
});

test.serial('up, up again, up after a host died, and down: nothing is left', async t => {
	t.deepEqual(traces(), []);
	const lab = await up(plan, {install: false});
	const again = await up(plan, {install: false});
	t.deepEqual(again.inits, lab.inits, 'a lab that runs is left alone');

	const [kvm1] = Object.values(lab.inits);
	if (kvm1 !== undefined) kill(kvm1);
	while (kvm1 !== undefined && isAlive(kvm1)) await wait(10);
	t.false((await loadLab(plan.dir))?.alive);
	const repaired = await up(plan, {install: false});
	t.true(repaired.alive);
	t.notDeepEqual(repaired.inits.kvm1, lab.inits.kvm1);

	for (const init of Object.values(repaired.inits)) kill(init);
	await down(plan);
	t.deepEqual(traces(), []);
	await down(plan);
	t.deepEqual(traces(), []);
});

test.serial(
	'each host is a separate machine, and connects to the others with strict host key checking and no prompts',
	async t => {
		const lab = await up(plan, {install: false});
		const shell = labShell(lab);
		const say = async (host: string, ...argv: [string, ...string[]]) =>
			(await shell.run({host, argv, effect: 'read'})).stdout.trim();
		t.is(await say('kvm2', 'hostname'), 'kvm2');
		t.not(await say('kvm1', 'cat', '/etc/machine-id'), await say('kvm2', 'cat', '/etc/machine-id'));
		t.is(
			await say('kvm1', 'ssh', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', 'root@kvm2', 'hostname'),
			'kvm2',
		);
		const uri = `qemu+ssh://root@${lab.machines[1]?.address}/system?no_tty=1`;
		t.is(await say('kvm1', 'virsh', '-c', uri, 'hostname'), 'kvm2');
		t.regex(readFileSync(lab.inventory, 'utf8'), /kvm2: \{ansible_host: 10\.84\.0\.12\}/);
	},
);

test.serial('a restarted guest is detected, and so is one that is not running', async t => {
	const lab = await up(plan, {install: false});
	for (const name of ['steady', 'again']) await createGuest(lab, 'kvm1', guestPlan(name));
	await wait(1500);
	const shell = labShell(lab);
	const virsh = (...args: string[]) => shell.run({host: 'kvm1', argv: ['virsh', '-q', ...args], effect: 'write'});
	await virsh('destroy', 'again');
	const [off] = (await readGuests(lab)).filter(({name}) => name === 'again');
	t.deepEqual(off?.active, []);
	await virsh('start', 'again');
	await wait(1500);
	const [again, steady] = await readGuests(lab);
	t.like(again, {name: 'again', restarted: true, active: ['kvm1']});
	t.like(steady, {name: 'steady', restarted: false, missing: 0});
	t.true((steady?.onDisk ?? -1) >= (steady?.written ?? 0));
});

const second = {path: `${imageFolder}/second.raw`, target: 'vdb', format: 'raw', diskMib: 8} as const;

/** Guests of every kind, what their host calls their disks, and their state there. */
const kinds: Readonly<Record<string, {plan: Partial<GuestPlan>; disks: RegExp; state: string; counts: boolean}>> = {
	chain: {plan: {backing: 2}, disks: /^disk vda \S+chain\.qcow2$/, state: 'running', counts: true},
	two: {
		plan: {more: [second]},
		disks: /^disk vda \S+two.qcow2\ndisk vdb \S+second\.raw$/,
		state: 'running',
		counts: true,
	},
	medium: {
		plan: {cdrom: '/var/lib/libvirt/media/one.iso'},
		disks: /^disk vda \S+\ncdrom sda \/var\/lib\/libvirt\/media\/one\.iso$/,
		state: 'running',
		counts: true,
	},
	tray: {plan: {cdrom: 'empty'}, disks: /^disk vda \S+\ncdrom sda -$/, state: 'running', counts: true},
	diskless: {plan: {diskMib: 0}, disks: /^$/, state: 'running', counts: true},
	transient: {plan: {persistent: false}, disks: /^disk vda /, state: 'running', counts: true},
	halted: {plan: {state: 'paused'}, disks: /^disk vda /, state: 'paused', counts: false},
	off: {plan: {state: 'shut off'}, disks: /^disk vda /, state: 'shut off', counts: false},
};

test.serial('guests of every kind have their properties, and running ones count', async t => {
	const lab = await up(plan, {install: false});
	const shell = labShell(lab);
	const virsh = async (...args: string[]) =>
		(await shell.run({host: 'kvm1', argv: ['virsh', '-q', ...args], effect: 'read'})).stdout.trim();
	for (const [name, {plan: rest}] of Object.entries(kinds)) await createGuest(lab, 'kvm1', guestPlan(name, rest));
	await wait(1500);
	const readings = await readGuests(lab);
	for (const [name, {plan: rest, disks, state, counts}] of Object.entries(kinds)) {
		const list = await virsh('domblklist', '--details', name);
		t.regex(list.replace(/^ *file +/gm, '').replace(/ +/g, ' '), disks, name);
		t.is(await virsh('domstate', name), state, name);
		const reading = readings.find(one => one.name === name);
		t.false(reading?.restarted, name);
		t.is(reading?.missing, 0, name);
		t.is((reading?.ticks ?? 0) > 18, counts, `${name} has counted to ${reading?.ticks}`);
		t.deepEqual(reading?.defined, rest.persistent === false ? [] : ['kvm1'], name);
		if (counts && rest.diskMib !== 0) t.true((reading?.onDisk ?? 0) >= Math.max(8, reading?.written ?? 0), name);
	}
	for (const name of Object.keys(kinds)) await virsh('destroy', name);
});

test.serial('a guest changes exactly the memory per tick that its rate requires', async t => {
	const lab = await up(plan, {install: false});
	const rate = 20 * 1024 ** 2;
	const dirtyUnits = dirtyUnitsFor(rate);
	t.is(dirtyUnits, 18);
	await createGuest(lab, 'kvm1', guestPlan('busy', {memoryMib: 64, dirtyUnits}));
	await wait(1500);
	const word = async (address: number) => {
		const argv = ['virsh', 'qemu-monitor-command', 'busy', '--hmp', `xp /1wx 0x${address.toString(16)}`] as const;
		const {stdout} = await labShell(lab).run({host: 'kvm1', argv, effect: 'read'});
		return Number(/: (0x[0-9a-f]+)/.exec(stdout)?.[1]);
	};
	const end = 2 ** 20 + dirtyUnits * 2 ** 16;
	const ticks = await word(end - 4096);
	t.true(ticks > 8, `the last page holds tick ${ticks}`);
	t.true((await word(2 ** 20)) >= ticks);
	t.is(await word(end), 0);
	t.throws(() => guestPlan('tiny', {memoryMib: 4, dirtyUnits}), {message: /can change at most 1024 KiB per tick/});
});
