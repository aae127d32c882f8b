import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {guestXml} from '../../src/lab/guest-xml.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {demand} from '../../src/shell/demand.ts';
import {define} from '../../src/virsh/lifecycle.ts';
import {type Ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vodd', '10.117.0', 2);

async function on(host: string, ...argv: [string, ...string[]]): Promise<string> {
	return (await demand(labShell(rig.lab), {host, argv, effect: 'write'})).stdout;
}

async function run(name: string, ...tasks: readonly object[]): Promise<Ended> {
	return rig.vacate('run', '-y', await rig.playbook(name, JSON.stringify([{hosts: 'kvm1', tasks}])));
}

test.serial(
	'guests whose names hold blanks and separators of lines, one with a description that looks like output',
	async t => {
		const names = [' lead', 'ls1\u2028x', 'aa'];
		for (const [index, name] of names.entries()) {
			const state = index === 1 ? 'shut off' : 'running';
			await createGuest(rig.lab, 'kvm1', guestPlan(name, {path: `${imageFolder}/odd${index}.qcow2`, state}));
		}
		await on('kvm1', 'virsh', 'desc', 'aa', '--live', '--config', '--new-desc', 'hello\n--- next ---\nx');
		const listed = await run('list', {virsh_list: {active: [' lead', 'aa'], inactive: ['ls1\u2028x']}});
		t.is(listed.code, 0, listed.stdout);
		const {code, stdout} = await run('empty', {evacuate: 'kvm2'}, {virsh_list: {absent: [' lead', 'aa']}});
		t.is(code, 0, stdout);
		for (const name of [' lead', 'aa']) unharmed(t, await rig.guest(name), 'kvm2');
		t.deepEqual((await rig.guest('ls1\u2028x')).states, {kvm1: 'shut off'});
	},
);

test.serial('a snapshot and a bitmap within an image: refused, or dropped when that is said', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('isnap', {state: 'shut off'}));
	const image = `${imageFolder}/isnap.qcow2`;
	await on('kvm1', 'qemu-img', 'snapshot', '-c', 'before', image);
	await on('kvm1', 'qemu-img', 'bitmap', '--add', image, 'backup-0');
	const move = {guest: 'isnap', to: 'kvm2', offline: true};
	const refused = await run('refused', {migrate: move});
	t.is(refused.code, 3, refused.stdout);
	t.regex(refused.stdout, /contains data that a copy lacks: internal snapshot before, bitmap backup-0/);
	const moved = await run('moved', {migrate: {...move, image_contents: 'drop'}});
	t.is(moved.code, 0, moved.stdout);
	t.regex(moved.stdout, /vda is copied without internal snapshot before, bitmap backup-0/);
	const deletion = {guest: 'isnap', moved_to: 'kvm2'};
	const kept = await run('kept', {delete_source_disks: deletion});
	t.is(kept.code, 3, kept.stdout);
	t.regex(kept.stdout, /contains data that the copy lacks: internal snapshot before/);
	t.true((await rig.images('kvm1')).includes('isnap.qcow2'));
	const deleted = await run('deleted', {delete_source_disks: {...deletion, image_contents: 'drop'}});
	t.is(deleted.code, 0, deleted.stdout);
	t.false((await rig.images('kvm1')).includes('isnap.qcow2'));
});

test.serial(
	'the variables of firmware as libvirt 8.5 and later writes them, and an image with a name of 249 bytes',
	async t => {
		const [source, destination] = rig.lab.machines.map(({root}) => root);
		if (source === undefined || destination === undefined) throw new Error('the lab has two hosts');
		const path = `${imageFolder}/${'a'.repeat(243)}.qcow2`;
		const plan = guestPlan('nvnew', {state: 'shut off', path});
		await createGuest(rig.lab, 'kvm1', plan);
		const folder = '/var/lib/libvirt/qemu/nvram';
		const nvram = `${folder}/own.fd`;
		const firmware = `<loader readonly='yes' type='pflash'>/usr/share/code.fd</loader><nvram type='file'><source file='${nvram}'/></nvram>`;
		const {uuid} = await rig.guest('nvnew');
		const xml = guestXml(plan)
			.replace(/<boot dev='hd'\/>/, `${firmware}<boot dev='hd'/>`)
			.replace('<memory', `<features><acpi/></features><uuid>${uuid}</uuid><memory`);
		await demand(labShell(rig.lab), define('kvm1', xml));
		for (const root of [source, destination]) {
			await mkdir(join(root, folder), {recursive: true});
			// The plan asks the destination for the firmware that the definition names.
			await writeFile(join(root, '/usr/share/code.fd'), '');
		}
		await writeFile(join(source, nvram), Buffer.alloc(131_072, 'own'));
		const {code, stdout} = await run('nvnew', {migrate: {guest: 'nvnew', to: 'kvm2', offline: true}});
		t.is(code, 0, stdout);
		t.deepEqual(await readFile(join(destination, nvram)), await readFile(join(source, nvram)));
		t.deepEqual((await rig.guest('nvnew')).defined, ['kvm2']);
	},
);
