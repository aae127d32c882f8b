import {chmod, copyFile, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {type GuestPlan, guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {guestXml} from '../../src/lab/guest-xml.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {tool} from '../../src/lab/tool.ts';
import {demand} from '../../src/shell/demand.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {define} from '../../src/virsh/lifecycle.ts';
import {type Ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vdisk', '10.104.0', 2);

async function on(host: string, ...argv: [string, ...string[]]): Promise<string> {
	return (await demand(labShell(rig.lab), {host, argv, effect: 'write'})).stdout;
}

function rootOf(host: string): string {
	return rig.lab.machines.find(({name}) => name === host)?.root ?? '';
}

/** Moves a guest from kvm1 to kvm2. */
async function migrate(guest: string, params: object = {}): Promise<Ended> {
	const task = {migrate: {guest, to: 'kvm2', ...params}};
	const file = await rig.playbook(`move-${guest}`, JSON.stringify([{hosts: 'kvm1', tasks: [task]}]));
	return rig.vacate('run', file);
}

async function add(plan: GuestPlan): Promise<void> {
	await createGuest(rig.lab, 'kvm1', plan);
}

/** What is in a drive of a guest, by both of its definitions. */
async function inDrive(host: string, guest: string, target: string): Promise<readonly string[]> {
	const texts = ['--security-info', '--inactive'].map(which => on(host, 'virsh', '-q', 'dumpxml', guest, which));
	const definitions = await Promise.all((await Promise.all(texts)).map(parseDefinition));
	return definitions.map(({disks}) => disks.find(disk => disk.target === target)?.path ?? '');
}

test.serial('disks stand elsewhere at the destination, used by the same and in the same way', async t => {
	await add(guestPlan('map1', {more: [{path: `${imageFolder}/map1-b.raw`, target: 'vdb', format: 'raw', diskMib: 8}]}));
	await chmod(join(rootOf('kvm1'), `${imageFolder}/map1.qcow2`), 0o640);
	await on('kvm1', 'virsh', 'autostart', 'map1');
	const storage_map = {[imageFolder]: '/srv/disks of o’map/1', [`${imageFolder}/map1-b.raw`]: `${imageFolder}/b.raw`};
	const refused = await migrate('map1', {storage_map});
	t.is(refused.code, 3, refused.stdout);
	t.regex(refused.stdout, /the directory \/srv\/disks of o’map\/1 for .* does not exist on kvm2/);
	await on('kvm2', 'mkdir', '-p', '/srv/disks of o’map/1');
	const {code, stdout} = await migrate('map1', {storage_map});
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('map1'), 'kvm2');
	const there = `/srv/disks of o’map/1/map1.qcow2`;
	t.deepEqual(await inDrive('kvm2', 'map1', 'vda'), [there, there]);
	t.deepEqual(await inDrive('kvm2', 'map1', 'vdb'), [`${imageFolder}/b.raw`, `${imageFolder}/b.raw`]);
	t.is((await stat(join(rootOf('kvm2'), there))).mode & 0o777, 0o640);
	for (const host of ['kvm1', 'kvm2'])
		t.notRegex(await on(host, 'ls', '/run'), /vacate-/, 'no definition stays behind');
});

test.serial(
	'a CD-ROM that the destination lacks: refused, ejected, or copied; one that it has is put in again',
	async t => {
		const iso = `${imageFolder}/tools.iso`;
		await add(guestPlan('cd1', {cdrom: iso}));
		const refused = await migrate('cd1');
		t.is(refused.code, 3, refused.stdout);
		t.regex(refused.stdout, /tools\.iso, in drive sda, does not exist on kvm2/);
		t.regex(refused.stdout, /media: eject or media: copy/);
		const ejected = await migrate('cd1', {media: 'eject'});
		t.is(ejected.code, 0, ejected.stdout);
		unharmed(t, await rig.guest('cd1'), 'kvm2');
		t.deepEqual(await inDrive('kvm2', 'cd1', 'sda'), ['', '']);
		const home = await rig.vacate('return', 'last', '--yes');
		t.is(home.code, 0, home.stdout + home.stderr);
		unharmed(t, await rig.guest('cd1'), 'kvm1');
		t.deepEqual(await inDrive('kvm1', 'cd1', 'sda'), [iso, iso], 'it is in the drive again');

		await add(guestPlan('cd2', {cdrom: iso}));
		const copied = await migrate('cd2', {media: 'copy'});
		t.is(copied.code, 0, copied.stdout);
		unharmed(t, await rig.guest('cd2'), 'kvm2');
		t.deepEqual(await readFile(join(rootOf('kvm2'), iso)), await readFile(join(rootOf('kvm1'), iso)));

		await add(guestPlan('cd3', {cdrom: iso}));
		const again = await migrate('cd3', {media: 'eject'});
		t.is(again.code, 0, again.stdout);
		unharmed(t, await rig.guest('cd3'), 'kvm2');
		t.deepEqual(await inDrive('kvm2', 'cd3', 'sda'), [iso, iso]);
	},
);

test.serial('a move that fails puts the CD-ROM in again, and leaves nothing at the destination', async t => {
	const iso = `${imageFolder}/failing.iso`;
	await add(guestPlan('cd4', {cdrom: iso}));
	const file = await rig.playbook(
		'failing',
		'- hosts: kvm1\n  tasks:\n    - migrate: {guest: cd4, to: kvm2, media: eject, storage_map: {/var/lib/libvirt/images: /srv}}\n',
	);
	const {code, stdout} = await rig.vacate('run', file, '-e', 'migration_user=nobody');
	t.is(code, 4, stdout);
	unharmed(t, await rig.guest('cd4'), 'kvm1');
	t.deepEqual(await inDrive('kvm1', 'cd4', 'sda'), [iso, iso]);
	t.notRegex(await on('kvm2', 'ls', '/srv', '/run'), /cd4|vacate-/);
	t.notRegex(await on('kvm1', 'ls', '/run'), /vacate-/);
});

test.serial('the top of a chain moves only onto the same images', async t => {
	await add(guestPlan('inc1', {backing: 2}));
	const base = `${imageFolder}/inc1.qcow2.1`;
	const absent = await migrate('inc1', {copy_storage: 'inc'});
	t.is(absent.code, 3, absent.stdout);
	t.regex(absent.stdout, /inc1\.qcow2\.2, the backing file of .*inc1\.qcow2, does not exist on kvm2/);
	for (const layer of ['1', '2']) {
		const file = `${imageFolder}/inc1.qcow2.${layer}`;
		await copyFile(join(rootOf('kvm1'), file), join(rootOf('kvm2'), file));
	}
	await tool(['qemu-io', '-f', 'qcow2', '-c', 'write -P 9 9M 64k', join(rootOf('kvm2'), base)]);
	const other = await migrate('inc1', {copy_storage: 'inc'});
	t.is(other.code, 3, other.stdout);
	t.regex(other.stdout, /inc1\.qcow2\.1 on kvm2 differs from/);
	await copyFile(join(rootOf('kvm1'), base), join(rootOf('kvm2'), base));
	const {code, stdout} = await migrate('inc1', {copy_storage: 'inc'});
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('inc1'), 'kvm2');
	t.regex(await on('kvm2', 'qemu-img', 'info', '-U', `${imageFolder}/inc1.qcow2`), /backing file: inc1\.qcow2\.2/);
	const left = async () => (await rig.images('kvm1')).filter(file => file.startsWith('inc1'));
	t.deepEqual(await left(), ['inc1.qcow2', 'inc1.qcow2.1', 'inc1.qcow2.2']);
	const task = {delete_source_disks: {guest: 'inc1', moved_to: 'kvm2'}};
	const deleted = await rig.vacate(
		'run',
		await rig.playbook('delete', JSON.stringify([{hosts: 'kvm1', tasks: [task]}])),
	);
	t.is(deleted.code, 0, deleted.stdout);
	t.deepEqual(await left(), ['inc1.qcow2.1', 'inc1.qcow2.2'], 'others may stand on what was below it');
});

test.serial('shared storage is proven by a file, and what lies there is not copied', async t => {
	const folder = `/dev/shm/${rig.lab.name}-shared`;
	for (const host of ['kvm1', 'kvm2']) {
		await on(host, 'sh', '-c', `mkdir -p ${folder} /srv/shared && mount --bind ${folder} /srv/shared`);
	}
	try {
		await add(guestPlan('shared1', {state: 'shut off'}));
		await on('kvm1', 'mv', `${imageFolder}/shared1.qcow2`, '/srv/shared/shared1.qcow2');
		const xml = guestXml(guestPlan('shared1', {path: '/srv/shared/shared1.qcow2'}));
		await on('kvm1', 'virsh', 'undefine', 'shared1');
		await demand(labShell(rig.lab), define('kvm1', xml));
		const inode = (await stat(`${folder}/shared1.qcow2`)).ino;
		const {code, stdout} = await migrate('shared1', {offline: true});
		t.is(code, 0, stdout);
		t.deepEqual((await rig.guest('shared1')).defined, ['kvm2']);
		t.is((await stat(`${folder}/shared1.qcow2`)).ino, inode);
		t.is((await on('kvm2', 'ls', '/srv/shared')).trim(), 'shared1.qcow2', 'no probe stays behind');
	} finally {
		for (const host of ['kvm1', 'kvm2']) await on(host, 'umount', '/srv/shared');
		await on('kvm1', 'rm', '-rf', folder);
	}
});

test.serial('a disk that is a block device goes onto one of the same size, and only if that is said', async t => {
	await add(guestPlan('block1', {format: 'raw', state: 'shut off'}));
	const size = 64 * 1024 ** 2;
	const here = join(rootOf('kvm1'), `${imageFolder}/block1.raw`);
	const there = join(rootOf('kvm2'), `${imageFolder}/block1.device`);
	await tool(['truncate', '--size', String(size), there]);
	const devices: string[] = [];
	try {
		for (const file of [here, there]) devices.push((await tool(['losetup', '--find', '--show', file])).trim());
		const [from = '', to = ''] = devices;
		const xml = guestXml(guestPlan('block1', {format: 'raw', path: from}))
			.replace("<disk type='file'", "<disk type='block'")
			.replace('<source file=', '<source dev=');
		await on('kvm1', 'virsh', 'undefine', 'block1');
		await demand(labShell(rig.lab), define('kvm1', xml));
		await on('kvm1', 'virsh', 'start', 'block1');
		const storage_map = {[from]: to};
		const refused = await migrate('block1', {storage_map});
		t.is(refused.code, 3, refused.stdout);
		t.regex(refused.stdout, /devices are overwritten only with block_devices: overwrite/);
		const {code, stdout} = await migrate('block1', {storage_map, block_devices: 'overwrite'});
		t.is(code, 0, stdout);
		unharmed(t, await rig.guest('block1'), 'kvm2');
		await on('kvm2', 'virsh', 'destroy', 'block1');
		await on('kvm2', 'virsh', 'undefine', 'block1');
	} finally {
		for (const device of devices) await tool(['losetup', '--detach', device]);
	}
});

test.serial('a guest that is shut off: said to be moved, and with the variables of its firmware', async t => {
	await add(guestPlan('off1', {state: 'shut off'}));
	const refused = await migrate('off1');
	t.is(refused.code, 3, refused.stdout);
	t.regex(refused.stdout, /off1 is shut off on kvm1; only a running guest can be moved live/);
	t.regex(refused.stdout, /set offline: true/);
	const nvram = '/var/lib/libvirt/qemu/nvram/off1_VARS.fd';
	const firmware = `<loader readonly='yes' type='pflash'>/usr/share/code.fd</loader><nvram>${nvram}</nvram>`;
	const xml = guestXml(guestPlan('off1')).replace(/<boot dev='hd'\/>/, `${firmware}<boot dev='hd'/>`);
	await demand(
		labShell(rig.lab),
		define(
			'kvm1',
			xml.replace('<memory', `<features><acpi/></features><uuid>${(await rig.guest('off1')).uuid}</uuid><memory`),
		),
	);
	await on('kvm1', 'sh', '-c', `mkdir -p $(dirname ${nvram}) && head -c 131072 /dev/urandom > ${nvram}`);
	await on('kvm2', 'mkdir', '-p', '/var/lib/libvirt/qemu/nvram');
	// The plan asks each destination for the firmware that the definition names.
	for (const host of ['kvm1', 'kvm2']) await on(host, 'touch', '/usr/share/code.fd');
	await on('kvm1', 'virsh', 'autostart', 'off1');
	const {code, stdout} = await migrate('off1', {offline: true});
	t.is(code, 0, stdout);
	const guest = await rig.guest('off1');
	t.deepEqual([guest.defined, guest.active], [['kvm2'], []]);
	t.deepEqual(await readFile(join(rootOf('kvm2'), nvram)), await readFile(join(rootOf('kvm1'), nvram)));
	t.regex(await on('kvm2', 'virsh', 'list', '--all', '--name', '--autostart'), /^off1$/m);
	t.deepEqual(
		(await rig.images('kvm1')).filter(file => file.startsWith('off1')),
		['off1.qcow2'],
		'the source keeps its disk',
	);
	const again = await migrate('off1', {offline: true});
	t.is(again.code, 0, again.stdout);
	t.regex(again.stdout, /off1 is already on kvm2/);
});

test.serial(
	'a guest that is shut off, and a medium of odd size, go to the one address and port that are open',
	async t => {
		const iso = `${imageFolder}/odd.iso`;
		await add(guestPlan('odd1', {state: 'shut off', cdrom: iso}));
		await on('kvm1', 'truncate', '--size=1000001', iso);
		const there = {listen_address: '10.104.0.12', disks_port: 49300};
		const {code, stdout} = await migrate('odd1', {offline: true, media: 'copy', ...there});
		t.is(code, 0, stdout);
		t.deepEqual(await readFile(join(rootOf('kvm2'), iso)), await readFile(join(rootOf('kvm1'), iso)));
		t.is((await stat(join(rootOf('kvm2'), iso))).size, 1_000_001);
		t.deepEqual((await rig.guest('odd1')).defined, ['kvm2']);
	},
);

test.serial(
	'what only the source has is named in the plan; where that is passed over, by the reason of the destination',
	async t => {
		await add(guestPlan('need1', {state: 'shut off'}));
		const xml = await on('kvm1', 'virsh', 'dumpxml', 'need1');
		await on('kvm1', 'mkdir', '-p', '/srv/consoles');
		const here = `<serial type='file'><source path='/srv/consoles/need1.log'/></serial><memballoon`;
		await demand(labShell(rig.lab), define('kvm1', xml.replace('<memballoon', here)));
		await on('kvm1', 'virsh', 'start', 'need1');
		const refused = await migrate('need1');
		t.is(refused.code, 3, refused.stdout);
		t.regex(
			refused.stdout,
			/the directory of the \w+, \/srv\/consoles, does not exist on kvm2\n.*mkdir --parents \/srv\/consoles/,
		);
		const failed = await migrate('need1', {accept: ['guest-files']});
		t.is(failed.code, 4, failed.stdout);
		t.regex(failed.stdout, /\/srv\/consoles\/need1\.log: No such file or directory/, 'the reason of the destination');
		await on('kvm2', 'mkdir', '-p', '/srv/consoles');
		const moved = await migrate('need1');
		t.is(moved.code, 0, moved.stdout);
		unharmed(t, await rig.guest('need1'), 'kvm2');
	},
);

test.serial('a guest with snapshots, checkpoints or saved memory is refused, with what to do', async t => {
	await add(guestPlan('kept1'));
	await on('kvm1', 'virsh', 'snapshot-create-as', 'kept1', 'before');
	const snapshots = await migrate('kept1');
	t.is(snapshots.code, 3, snapshots.stdout);
	t.regex(snapshots.stdout, /kept1 has snapshots.*\n.*virsh snapshot-list/);
	await on('kvm1', 'virsh', 'snapshot-delete', 'kept1', 'before');
	await on('kvm1', 'virsh', 'managedsave', 'kept1');
	const saved = await migrate('kept1', {offline: true});
	t.is(saved.code, 3, saved.stdout);
	t.regex(saved.stdout, /kept1 has a managed save image/);
	await on('kvm1', 'virsh', 'start', 'kept1');
	const {code, stdout} = await migrate('kept1');
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('kept1'), 'kvm2');
});

test.serial('a destination with too little space is refused before anything is made', async t => {
	await add(guestPlan('full1', {format: 'raw'}));
	await writeFile(join(rootOf('kvm1'), `${imageFolder}/full1.raw`), Buffer.alloc(1024 ** 2, 1), {flag: 'r+'});
	await rig.vacate('lab', 'fault', 'disk', 'kvm2', '--free', '1 MiB', '--dir', rig.lab.dir);
	const {code, stdout} = await migrate('full1', {offline: true});
	await rig.vacate('lab', 'fault', 'clear', '--dir', rig.lab.dir);
	t.is(code, 3, stdout);
	t.regex(stdout, /full1: disks require \d+ MiB, but \/var\/lib\/libvirt\/images on kvm2 has only 0 MiB available/);
});

/** libvirt’s table of definitions for a destination that had one: it stays, replaced when the guest shall be persistent. */
for (const [persistent, undefine_source, defined] of [
	[true, true, ['kvm2']],
	[true, false, ['kvm1', 'kvm2']],
	[false, true, ['kvm2']],
	[false, false, ['kvm1', 'kvm2']],
] as const) {
	const name = `def${persistent ? 'p' : 't'}${undefine_source ? 'u' : 'k'}`;
	test.serial(
		`a definition that is there already: persistent ${persistent}, undefined here ${undefine_source}`,
		async t => {
			await add(guestPlan(name, {diskMib: 0}));
			const {uuid} = await rig.guest(name);
			const xml = guestXml(guestPlan(name, {diskMib: 0})).replace('<memory', `<uuid>${uuid}</uuid><memory`);
			await demand(labShell(rig.lab), define('kvm2', xml));
			const {code, stdout} = await migrate(name, {persistent, undefine_source});
			t.is(code, 0, stdout);
			const guest = await rig.guest(name);
			unharmed(t, {...guest, onDisk: guest.written}, 'kvm2');
			t.deepEqual(guest.defined, [...defined]);
		},
	);
}
