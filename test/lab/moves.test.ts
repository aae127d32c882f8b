import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {killProgram, startDaemon} from '../../src/lab/fault/daemons.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vmove', '10.81.0', 3);
const playbooks = new URL('../../../playbooks/', import.meta.url).pathname;

/** Until a migration of the guest is in progress on a host. */
async function moving(host: string, guest: string): Promise<void> {
	const shell = labShell(rig.lab);
	for (let left = 200; left > 0; left--) {
		const argv = ['virsh', '-q', 'domjobinfo', '--domain', guest, '--rawstats'] as const;
		const {stdout} = await shell.run({host, argv, effect: 'read'});
		if (/^disk_processed: [1-9]/m.test(stdout) || /^memory_total: [1-9]/m.test(stdout)) return;
		await wait(50);
	}
	throw new Error(`${guest} does not move`);
}

test.serial('a whole host is emptied: every guest runs elsewhere and nothing of it is lost', async t => {
	for (const name of ['web1', 'web2', 'web3']) await createGuest(rig.lab, 'kvm1', guestPlan(name));
	await createGuest(rig.lab, 'kvm1', guestPlan('raw1', {format: 'raw', dirtyUnits: 4}));
	const {code, stdout} = await rig.vacate('run', `${playbooks}evacuate.yml`);
	t.is(code, 0, stdout);
	t.regex(stdout, /web1 +kvm1 +kvm\d +changed +\S+ [KM]iB +\S+ \w+ +\d+ ms +kvm\d/);
	for (const name of ['web1', 'web2', 'web3', 'raw1']) {
		const guest = await rig.guest(name);
		t.not(guest.active[0], 'kvm1');
		t.deepEqual(guest.defined, guest.active, 'defined where it runs, and there only');
		unharmed(t, guest, guest.active[0] ?? '');
	}
	const left = [...(await rig.images('kvm2')), ...(await rig.images('kvm3'))].filter(file => file.includes('.vacate-'));
	t.deepEqual(left, [], 'no mark stays behind');

	const again = await rig.vacate('run', `${playbooks}evacuate.yml`);
	t.is(again.code, 0, again.stdout);
	t.regex(again.stdout, /kvm1 +2 +0 +0 +0 +0 +0 +0/, 'nothing is left to do');
});

test.serial('names and paths with spaces, quotes and shell signs are just names', async t => {
	const name = `o'd d "q" $(x); rm -rf`;
	const path = `${imageFolder}/a folder/disk of 'it' $(y).qcow2`;
	await createGuest(rig.lab, 'kvm1', guestPlan(name, {path}));
	const shell = labShell(rig.lab);
	await shell.run({host: 'kvm2', argv: ['mkdir', '-p', `${imageFolder}/a folder`], effect: 'write'});
	const file = await rig.playbook(
		'hostile',
		`- hosts: kvm1\n  tasks:\n    - migrate: {guest: ${JSON.stringify(name)}, to: kvm2}\n`,
	);
	const {code, stdout} = await rig.vacate('run', file);
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest(name), 'kvm2');
});

test.serial('seed: live migration with keepalive, persistent there and undefined here', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('seed1'));
	const vars = ['-e', '{guest: seed1, destination: kvm2, copy: true}'];
	const {code, stdout} = await rig.vacate('run', `${playbooks}seed/live-migration.yml`, ...vars);
	t.is(code, 0, stdout);
	const guest = await rig.guest('seed1');
	unharmed(t, guest, 'kvm2');
	t.deepEqual(guest.defined, ['kvm2']);
});

test.serial('seed: one qcow2 image of 1 GiB, made on the destination, as vdd', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('db1', {diskMib: 1024, target: 'vdd'}));
	const {code, stdout} = await rig.vacate('run', `${playbooks}seed/disk-migration.yml`);
	t.is(code, 0, stdout);
	const guest = await rig.guest('db1');
	unharmed(t, guest, 'kvm2');
	t.deepEqual(guest.defined, ['kvm1', 'kvm2'], 'it was not told to forget it at the source');
});

test.serial('seed: auto-converge, transient at the destination; and for good', async t => {
	for (const [name, forGood, defined] of [
		['busy1', false, ['kvm1']],
		['busy2', true, ['kvm2']],
	] as const) {
		await createGuest(rig.lab, 'kvm1', guestPlan(name, {dirtyUnits: 8}));
		const vars = `{guest: ${name}, for_good: ${forGood}, image: ${imageFolder}/${name}.qcow2}`;
		const {code, stdout} = await rig.vacate('run', `${playbooks}seed/auto-converge.yml`, '-e', vars);
		t.is(code, 0, stdout);
		const guest = await rig.guest(name);
		unharmed(t, guest, 'kvm2');
		t.deepEqual(guest.defined, defined);
	}
});

for (const [name, size] of [
	['small1', '32 MiB'],
	['large1', '96 MiB'],
] as const) {
	test.serial(`an image of ${size} for a disk of 64 MiB: the guest runs on, the image goes, exit 4`, async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan(name));
		const path = `${imageFolder}/${name}.qcow2`;
		const file = await rig.playbook(
			name,
			`- hosts: kvm1
  tasks:
    - qemu_img_create: {path: ${path}, size: ${size}}
      delegate_to: kvm2
    - virsh_migrate: {guest: ${name}, to: kvm2, live: true, persistent: true, copy_storage_all: true}
`,
		);
		const {code, stdout} = await rig.vacate('run', file);
		t.is(code, 4, stdout);
		t.regex(stdout, / did not move to kvm2: .*different sizes; the guest is running \(.*\) on kvm1/);
		unharmed(t, await rig.guest(name), 'kvm1');
		t.deepEqual(
			(await rig.images('kvm2')).filter(image => image.startsWith(name)),
			[],
		);
	});
}

test.serial('options of virsh: memory over several connections, on one address; one that this virsh lacks', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('tuned1', {diskMib: 16}));
	const options = 'parallel: true, parallel_connections: 3, copy_storage_synchronous_writes: true';
	const tuned = await rig.playbook(
		'tuned',
		`- hosts: kvm1
  tasks:
    - migrate: {guest: tuned1, to: kvm2, ${options}}
      register: moved
    - assert: {that: [moved.phases_ms.prepare > 0, moved.phases_ms.disks + moved.phases_ms.memory >= 0, moved.job.downtimeMs > 0]}
`,
	);
	const {code, stdout} = await rig.vacate('run', tuned, '-e', 'migration_listen=0.0.0.0', '-v');
	t.is(code, 0, stdout);
	t.regex(stdout, /--parallel --parallel-connections 3 .*--listen-address 0\.0\.0\.0/);
	unharmed(t, await rig.guest('tuned1'), 'kvm2');

	const young = await rig.playbook(
		'young',
		'- hosts: kvm2\n  tasks:\n    - migrate: {guest: tuned1, to: kvm1, available_switchover_bandwidth_mib: 100}\n',
	);
	const refused = await rig.vacate('run', young);
	t.not(refused.code, 0);
	t.regex(refused.stdout, /virsh on kvm2 has no option --available-switchover-bandwidth/);
	unharmed(t, await rig.guest('tuned1'), 'kvm2');
});

test.serial('a destination that refuses: the guest runs on, nothing stays there, exit 4', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('refused1'));
	const file = await rig.playbook('refused', '- hosts: kvm1\n  tasks:\n    - migrate: {guest: refused1, to: kvm2}\n');
	const {code, stdout} = await rig.vacate('run', file, '-e', 'migration_user=nobody');
	t.is(code, 4, stdout);
	t.regex(
		stdout,
		/refused1 did not move to kvm2: .*Permission denied|refused1 did not move to kvm2: .*Cannot recv data/,
	);
	t.regex(stdout, /guest location: running/);
	unharmed(t, await rig.guest('refused1'), 'kvm1');
	t.deepEqual(
		(await rig.images('kvm2')).filter(image => image.startsWith('refused1')),
		[],
	);
});

test.serial('a virsh that is killed: managed, the guest stays; peer to peer, it arrives all the same', async t => {
	for (const [name, mode, host, exit] of [
		['killed1', 'managed', 'kvm1', 4],
		['killed2', 'p2p', 'kvm2', 0],
	] as const) {
		await createGuest(rig.lab, 'kvm1', guestPlan(name, {diskMib: 64, format: 'raw', memoryMib: 64, dirtyUnits: 4}));
		const task = `migrate: {guest: ${name}, to: kvm2, mode: ${mode}, bandwidth_mib: 16}`;
		const file = await rig.playbook(name, `- hosts: kvm1\n  tasks:\n    - ${task}\n`);
		const run = ended(rig.start('run', file));
		await moving('kvm1', name);
		await labShell(rig.lab).run({host: 'kvm1', argv: ['pkill', '-KILL', '-f', '^virsh .*migrate'], effect: 'write'});
		const {code, stdout} = await run;
		t.is(code, exit, stdout);
		unharmed(t, await rig.guest(name), host);
		const there = (await rig.images('kvm2')).filter(image => image.startsWith(name));
		t.deepEqual(there, host === 'kvm2' ? [`${name}.raw`] : []);
	}
});

test.serial('Ctrl-C in the middle of a move: the guest runs on at the source, nothing stays, exit 130', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('stopped1', {diskMib: 256, format: 'raw', memoryMib: 64}));
	const task = 'migrate: {guest: stopped1, to: kvm3, bandwidth_mib: 16}';
	const file = await rig.playbook('stopped', `- hosts: kvm1\n  tasks:\n    - ${task}\n`);
	const child = rig.start('run', file);
	const run = ended(child);
	await moving('kvm1', 'stopped1');
	child.kill('SIGINT');
	const {code, stdout} = await run;
	t.is(code, 130, stdout);
	t.regex(stdout, /stopped1 +kvm1 +kvm3 +undone/);
	unharmed(t, await rig.guest('stopped1'), 'kvm1');
	t.deepEqual(
		(await rig.images('kvm3')).filter(image => image.startsWith('stopped1')),
		[],
	);
});

/** What may befall a move that is in progress, and where the guest must be afterwards. */
const accidents: Readonly<
	Record<string, {readonly host: 'kvm1' | 'kvm2'; readonly code: number; befall(): Promise<void>}>
> = {
	'the ssh connections to the source are cut': {
		host: 'kvm2',
		code: 0,
		befall: () => on('kvm1', 'pkill', '-KILL', '-f', '^sshd: root@notty'),
	},
	'qemu dies at the destination': {
		host: 'kvm1',
		code: 4,
		befall: () => on('kvm2', 'pkill', '-KILL', '-f', 'guest=accident'),
	},
	'libvirtd dies at the destination and comes back': {
		host: 'kvm1',
		code: 4,
		async befall() {
			await on('kvm2', 'pkill', '-KILL', 'libvirtd');
			await wait(1000);
			await on('kvm2', 'sh', '-c', 'rm -f /run/libvirtd.pid; /usr/sbin/libvirtd -d');
		},
	},
};

async function on(host: string, ...argv: [string, ...string[]]): Promise<void> {
	await labShell(rig.lab).run({host, argv, effect: 'write'});
}

for (const [number, [title, {host, code, befall}]] of Object.entries(accidents).entries()) {
	test.serial(`${title}: the guest runs once, with all its writes, and nothing is left`, async t => {
		const name = `accident${number + 1}`;
		await createGuest(rig.lab, 'kvm1', guestPlan(name, {format: 'raw', memoryMib: 64, dirtyUnits: 2}));
		const task = `migrate: {guest: ${name}, to: kvm2, bandwidth_mib: 16}`;
		const file = await rig.playbook(name, `- hosts: kvm1\n  tasks:\n    - ${task}\n`);
		const run = ended(rig.start('run', file));
		await moving('kvm1', name);
		await befall();
		const end = await run;
		t.is(end.code, code, end.stdout);
		t.regex(
			end.stdout,
			code === 0 ? /changed/ : new RegExp(`${name} did not move to kvm2: .+\\n.*guest location: running .* on kvm1`),
		);
		unharmed(t, await rig.guest(name), host);
		const there = (await rig.images('kvm2')).filter(image => image.startsWith(name));
		t.deepEqual(there, host === 'kvm2' ? [`${name}.raw`] : []);
	});
}

test.serial('images are copied, compared, checked and made larger; one in use is not', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('imaged', {format: 'qcow2'}));
	const [image] = (await rig.images('kvm1')).filter(name => name.startsWith('imaged'));
	const file = await rig.playbook(
		'images',
		`- hosts: kvm1
  tasks:
    - qemu_img_create: {path: /tmp/a.qcow2, size: 8 MiB}
    - qemu_img_convert: {path: /tmp/a.qcow2, dest: /tmp/b.raw, dest_format: raw}
    - qemu_img_compare: {path: /tmp/a.qcow2, with: /tmp/b.raw, with_format: raw}
    - qemu_img_check: /tmp/a.qcow2
      register: checked
    - assert: {that: [checked.corruptions == 0, checked.leaks == 0]}
    - qemu_img_resize: {path: /tmp/a.qcow2, size: 16 MiB}
    - qemu_img_info: /tmp/a.qcow2
      register: larger
    - assert: {that: larger.virtualBytes == 16 * 1024 * 1024}
    - command: {argv: [sh, -c, 'printf damaged | dd of=/tmp/b.raw conv=notrunc status=none']}
    - qemu_img_compare: {path: /tmp/a.qcow2, with: /tmp/b.raw, with_format: raw}
      register: compared
      ignore_errors: true
    - assert: {that: not compared.same}
    - qemu_img_check: /var/lib/libvirt/images/${image}
`,
	);
	const {code, stdout, stderr} = await rig.vacate('run', file);
	t.is(code, 4, `${stdout}${stderr}`);
	t.regex(stdout, /Content mismatch at offset 0/);
	t.regex(stdout, /Failed to get .*lock/);
	unharmed(t, await rig.guest('imaged'), 'kvm1');
});

test.serial(
	'a cordoned host refuses starts and incoming migrations, also after its libvirtd was restarted, and nothing of it stays',
	async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan('comer'));
		await createGuest(rig.lab, 'kvm3', guestPlan('idle', {state: 'shut off'}));
		const shell = labShell(rig.lab);
		const start = () => shell.run({host: 'kvm3', argv: ['virsh', 'start', 'idle'], effect: 'write'});
		const move = await rig.playbook('comer', '- hosts: kvm1\n  tasks:\n    - migrate: {guest: comer, to: kvm3}\n');
		const cordoned = await rig.vacate('cordon', 'kvm3', '--reason', "the admin's tests");
		t.is(cordoned.code, 0, cordoned.stdout + cordoned.stderr);
		t.regex((await start()).stderr, /the host is cordoned by .*: the admin's tests; to lift it: vacate uncordon kvm3/);
		await killProgram(rig.lab, {host: 'kvm3', program: 'libvirtd'});
		await startDaemon(rig.lab, 'kvm3', 'libvirtd');
		t.regex((await start()).stderr, /the host is cordoned by /);
		const uri = `qemu+ssh://root@${rig.lab.machines[2]?.address}/system?no_tty=1`;
		const argv = ['virsh', 'migrate', '--live', '--unsafe', 'comer', uri] as const;
		const refused = await shell.run({host: 'kvm1', argv, effect: 'write'});
		t.regex(refused.stderr, /vacate-cordon comer migrate begin -\) unexpected exit status 1: the host is cordoned by /);
		unharmed(t, await rig.guest('comer'), 'kvm1');
		const lifted = await rig.vacate('uncordon', 'kvm3');
		t.is(lifted.code, 0, lifted.stdout + lifted.stderr);
		const moved = await rig.vacate('run', move);
		t.is(moved.code, 0, moved.stdout);
		unharmed(t, await rig.guest('comer'), 'kvm3');
		t.regex((await start()).stdout, /Domain 'idle' started/);
		const {stdout} = await shell.run({
			host: 'kvm3',
			argv: ['find', '/etc/libvirt/hooks', '/run', '-name', '*cordon*'],
			effect: 'read',
		});
		t.is(stdout, '');
	},
);
