import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {guestXml} from '../../src/lab/guest-xml.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {demand} from '../../src/shell/demand.ts';
import {define} from '../../src/virsh/lifecycle.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vkept', '10.119.0', 2);

async function on(host: string, ...argv: [string, ...string[]]): Promise<string> {
	return (await demand(labShell(rig.lab), {host, argv, effect: 'write'})).stdout;
}

const monthly = `
- hosts: kvm1
  tasks:
    - preflight: {to: kvm2, not_known: block}
    - evacuate: {to: kvm2, not_known: block}
    - return_home: {required: true}
`;

/** What `vacate disks --json` says of a host: the name of each file, and whether it is unused. */
async function stock(): Promise<readonly string[]> {
	const {code, stdout, stderr} = await rig.vacate('disks', '--json');
	if (code !== 0) throw new Error(stdout + stderr);
	const copies: readonly {readonly host: string; readonly path: string; readonly unused: boolean}[] =
		JSON.parse(stdout);
	return copies.map(({host, path, unused}) => `${host} ${path.replace(`${imageFolder}/`, '')} ${unused}`);
}

test.serial('one playbook evacuates a host and returns, three times; every image that stays is recorded', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('month1'));
	const file = await rig.playbook('monthly', monthly);
	for (let round = 1; round <= 3; round++) {
		const {code, stdout} = await rig.vacate('run', file, '--yes');
		t.is(code, 0, stdout);
		t.regex(stdout, /no blockers, 0 warnings/, 'on healthy hosts, every check can be made and passes');
		t.regex(stdout, /kept copies: 1 on kvm2, /);
		unharmed(t, await rig.guest('month1'), 'kvm1');
		t.deepEqual(await rig.images('kvm1'), ['month1.qcow2']);
		t.deepEqual(await rig.images('kvm2'), ['month1.qcow2']);
		t.deepEqual(await stock(), ['kvm2 month1.qcow2 true']);
	}
});

test.serial('a copy that another guest uses by another name is not deleted, and not written over', async t => {
	const clone = guestPlan('clone1', {path: '/srv/img/clone1.qcow2', state: 'shut off'});
	await on('kvm2', 'ln', '-s', imageFolder, '/srv/img');
	await on(
		'kvm2',
		'qemu-img',
		'create',
		'-q',
		'-f',
		'qcow2',
		'-b',
		'month1.qcow2',
		'-F',
		'qcow2',
		'/srv/img/clone1.qcow2',
	);
	await demand(labShell(rig.lab), define('kvm2', guestXml(clone)));
	t.deepEqual(await stock(), ['kvm2 month1.qcow2 false']);
	const cleaned = await rig.vacate('disks', 'clean', '--yes');
	t.is(cleaned.code, 0, cleaned.stderr);
	t.regex(cleaned.stdout, /no kept copy can be deleted/);
	const refused = await rig.vacate(
		'run',
		await rig.playbook('refused', '- hosts: kvm1\n  tasks: [{evacuate: kvm2}]\n'),
	);
	t.is(refused.code, 3, refused.stdout);
	t.regex(
		refused.stdout,
		/is a kept copy of this guest \(left by run .*\), but the file is a backing file of \/srv\/img\/clone1\.qcow2, which clone1 uses/,
	);
	t.deepEqual(await rig.images('kvm2'), ['clone1.qcow2', 'month1.qcow2']);
	await on('kvm2', 'virsh', 'undefine', 'clone1');
	await on('kvm2', 'rm', `${imageFolder}/clone1.qcow2`);
});

test.serial('clean deletes what is proven to be unused, and kept_disks: delete leaves nothing', async t => {
	const cleaned = await rig.vacate('disks', 'clean', '--yes');
	t.is(cleaned.code, 0, cleaned.stdout);
	t.deepEqual(await rig.images('kvm2'), []);
	const file = await rig.playbook(
		'none',
		monthly.replace('{to: kvm2}', '{to: kvm2, kept_disks: delete}').replace('{required: true}', '{kept_disks: delete}'),
	);
	const {code, stdout} = await rig.vacate('run', file, '--yes');
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('month1'), 'kvm1');
	t.deepEqual([await rig.images('kvm1'), await rig.images('kvm2')], [['month1.qcow2'], []]);
	t.deepEqual(await stock(), []);
});
