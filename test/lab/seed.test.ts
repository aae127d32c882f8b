import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {migrateFlags, parseHelpMigrate} from '../../src/virsh/migration/migrate.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vseed', '10.101.0', 2);
const playbooks = new URL('../../../playbooks/', import.meta.url).pathname;

/** Runs tasks on kvm1. */
async function run(name: string, tasks: string) {
	const lines = tasks.trim().replace(/^/gm, '    ');
	return rig.vacate('run', await rig.playbook(name, `- hosts: kvm1\n  tasks:\n${lines}\n`));
}

async function on(host: string, ...argv: [string, ...string[]]) {
	return labShell(rig.lab).run({host, argv, effect: 'write'});
}

/** A migration by hand that lasts: 1 MiB/s, of memory that changes faster. */
async function moveByHand(guest: string, ...more: readonly string[]) {
	const uri = `qemu+ssh://root@${rig.lab.machines[1]?.address}/system?no_tty=1`;
	const moving = on(
		'kvm1',
		...(['virsh', 'migrate', '--live', '--p2p', '--persistent', '--undefinesource', '--bandwidth', '1'] as const),
		...more,
		guest,
		uri,
	);
	for (;;) {
		const {stdout} = await on('kvm1', 'virsh', '-q', 'domjobinfo', guest, '--rawstats');
		if (/^memory_processed: [1-9]/m.test(stdout)) return {moving};
		await new Promise(resolve => setTimeout(resolve, 50));
	}
}

test.serial('settings of a guest are made, read back, and put back when a later task fails', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('one1', {diskMib: 0}));
	const made = await run(
		'settings',
		`
- virsh_migrate_setmaxdowntime: {guest: one1, downtime: 700 ms}
- virsh_migrate_getmaxdowntime: one1
  register: downtime
- virsh_migrate_setspeed: {guest: one1, bandwidth_mib: 50}
- virsh_migrate_getspeed: one1
  register: speed
- virsh_migrate_compcache: {guest: one1, size: 128 MiB}
- virsh_autostart: one1
- virsh_suspend: one1
- virsh_domstate: one1
  register: paused
- virsh_resume: one1
- virsh_domstate: one1
  register: running
- assert:
    that: [downtime.downtime_ms == 700, speed.bandwidth_mib == 50, paused.state == 'paused', running.state == 'running', running.autostart]
`,
	);
	t.is(made.code, 0, made.stdout);
	t.regex((await on('kvm1', 'virsh', 'migrate-compcache', 'one1')).stdout, /128\.000 MiB/);

	const again = await run('again', '- virsh_migrate_setspeed: {guest: one1, bandwidth_mib: 50}');
	t.regex(again.stdout, /the migration speed of one1 is already set to this value/);

	const undone = await run(
		'undone',
		`
- virsh_migrate_setmaxdowntime: {guest: one1, downtime: 2 s}
- virsh_migrate_setspeed: {guest: one1, bandwidth_mib: 5}
- virsh_suspend: one1
- virsh_autostart: {guest: one1, disable: true}
- fail: {msg: enough}
`,
	);
	t.is(undone.code, 4, undone.stdout);
	t.is((await on('kvm1', 'virsh', 'migrate-getmaxdowntime', 'one1')).stdout.trim(), '700');
	t.is((await on('kvm1', 'virsh', 'migrate-getspeed', 'one1')).stdout.trim(), '50');
	t.regex((await on('kvm1', 'virsh', 'dominfo', 'one1')).stdout, /State: +running[\s\S]*Autostart: +enable/);
	unharmed(t, await rig.guest('one1'), 'kvm1');
});

test.serial(
	'what a run has set is put back by `vacate undo`, and what a block has set is kept by its rescue',
	async t => {
		const limits = async () => {
			const read = async (...words: readonly string[]) => (await on('kvm1', 'virsh', ...words, 'one1')).stdout.trim();
			return [await read('migrate-getmaxdowntime'), await read('migrate-getspeed', '--postcopy')];
		};
		const before = await limits();
		const set = await run(
			'set',
			`
- block:
    - virsh_migrate_setmaxdowntime: {guest: one1, downtime: 900 ms}
    - virsh_domstate: one1
      register: seen
      failed_when: seen.state != 'shut off'
  rescue:
    - virsh_migrate_setspeed: {guest: one1, bandwidth_mib: 7, postcopy: true}
`,
		);
		t.is(set.code, 0, set.stdout);
		t.deepEqual(await limits(), ['900', '7']);
		const undone = await rig.vacate('undo', 'last');
		t.is(undone.code, 0, undone.stdout);
		t.deepEqual(await limits(), before);
	},
);

/** virsh options that are no parameters by these names, and why. */
const others = {
	'--domain': 'the parameter guest',
	'--desturi': 'made of the parameter to',
	'--direct': 'QEMU knows none',
	'--timeout': 'kept here, as virsh counts the disks too',
	'--timeout-suspend': 'the same',
	'--timeout-postcopy': 'the same',
};

test.serial('virsh_migrate knows every option of this virsh; one that it lacks ends the plan', async t => {
	const {stdout: help} = await on('kvm1', 'virsh', 'help', 'migrate');
	const known = new Set([...Object.values(migrateFlags), ...Object.keys(others)]);
	t.deepEqual(
		parseHelpMigrate(help).filter(option => !known.has(option)),
		[],
	);
	const young = '{guest: one1, to: kvm2, live: true, available_switchover_bandwidth_mib: 100}';
	const file = await rig.playbook('young', `- hosts: kvm1\n  tasks:\n    - virsh_migrate: ${young}\n`);
	const {code, stdout, stderr} = await rig.vacate('plan', file);
	t.is(code, 3, stdout + stderr);
	t.regex(stdout + stderr, /virsh on kvm1 has no option --available-switchover-bandwidth/);
});

test.serial('a guest arrives under another name; the job that has ended tells its real downtime', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('seven1', {diskMib: 0}));
	const options = 'live: true, persistent: true, undefine_source: true, dname: seven2, keepalive_interval: 5';
	const tasks = `
- virsh_migrate: {guest: seven1, to: kvm2, ${options}}
- virsh_list: {active: [seven2], absent: [seven1]}
  delegate_to: kvm2
- virsh_domjobinfo: {guest: seven2, completed: true}
  delegate_to: kvm2
  register: job
- assert: {that: [job.downtimeMs > 0]}
`;
	const {code, stdout} = await run('renamed', tasks);
	t.is(code, 0, stdout);
	const name = /, run (\S+), exit code/.exec(stdout)?.[1] ?? '';
	t.regex((await run('renamed', tasks)).stdout, /seven1 is already on kvm2/);
	unharmed(t, await rig.guest('seven2'), 'kvm2');
	const undone = await rig.vacate('undo', name);
	t.is(undone.code, 0, undone.stdout);
	unharmed(t, await rig.guest('seven1'), 'kvm1');
});

test.serial('while a guest moves: its limits are read and changed, its job is read, and ended', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('two1', {diskMib: 0, dirtyUnits: 32}));
	const {moving} = await moveByHand('two1');
	const ended = await run('ended', '- virsh_destroy: two1');
	t.regex(ended.stdout, /two1 on kvm1: it is being moved/);
	const {code, stdout} = await run(
		'during',
		`
- virsh_domjobinfo: two1
  register: job
- virsh_migrate_setmaxdowntime: {guest: two1, downtime: 100 ms}
- virsh_migrate_getmaxdowntime: two1
  register: downtime
- virsh_migrate_setspeed: {guest: two1, bandwidth_mib: 2}
- assert: {that: [downtime.downtime_ms == 100, job.memoryTotalBytes > 0]}
- virsh_domjobabort: two1
- virsh_domjobinfo: two1
  register: after
- virsh_migrate_getmaxdowntime: two1
  register: downtime
- virsh_migrate_getspeed: two1
  register: speed
- assert: {that: [after.type == 'none', downtime.downtime_ms == 300, speed.bandwidth_mib > 2]}
`,
	);
	t.is(code, 0, stdout);
	t.regex((await moving).stderr, /abort|cancel|End of file/);
	unharmed(t, await rig.guest('two1'), 'kvm1');
	const nothing = await run('nothing', '- virsh_domjobabort: two1\n- virsh_migrate_postcopy: two1');
	t.regex(nothing.stdout, / is already without an active job/);
	t.regex(nothing.stdout, /two1 on kvm1: the guest has no active migration/);
});

test.serial('a guest that moves is switched to post-copy, and arrives', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('three1', {diskMib: 0, dirtyUnits: 64}));
	const {moving} = await moveByHand('three1', '--postcopy', '--postcopy-bandwidth', '1');
	const {code, stdout} = await run(
		'postcopy',
		`
- virsh_migrate_setspeed: {guest: three1, bandwidth_mib: 8, postcopy: true}
- virsh_migrate_getspeed: {guest: three1, postcopy: true}
  register: speed
- assert: {that: [speed.bandwidth_mib == 8]}
- virsh_migrate_postcopy: three1
`,
	);
	t.is(code, 0, stdout);
	t.like(await moving, {end: 'exited', code: 0});
	unharmed(t, await rig.guest('three1'), 'kvm2');
});

test.serial('timeout of virsh_migrate: compressed, and suspended in the end, the guest arrives', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('six1', {diskMib: 0, dirtyUnits: 64}));
	const options = 'live: true, p2p: true, persistent: true, undefine_source: true, bandwidth_mib: 2, timeout: 4';
	const compression = 'compressed: true, comp_methods: [xbzrle], comp_xbzrle_cache: 67108864';
	const {code, stdout} = await run(
		'timeout',
		`- virsh_migrate: {guest: six1, to: kvm2, ${options}, timeout_suspend: true, ${compression}}`,
	);
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('six1'), 'kvm2');
});

test.serial(
	'start, shutdown, destroy: each ends when it has come about; a guest that does not listen is left alone',
	async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan('four1', {diskMib: 0}));
		// This guest knows no ACPI.
		const deaf = await run('shutdown', '- virsh_shutdown: {guest: four1, timeout: 3 s}');
		t.is(deaf.code, 4, deaf.stdout);
		t.regex(deaf.stdout, /four1 on kvm1 is not shut off after 3 s/);
		unharmed(t, await rig.guest('four1'), 'kvm1');

		const {code, stdout} = await run(
			'power',
			`
- virsh_destroy: four1
- virsh_list: {inactive: [four1]}
- virsh_start: four1
- virsh_list: {active: [four1], absent: [three1]}
- virsh_list: {absent: [four1]}
  register: wrong
  failed_when: not wrong.failed
- virsh_domstate: nobody
  register: nobody
- assert: {that: [nobody.state == 'absent']}
`,
		);
		t.is(code, 0, stdout);
		t.deepEqual((await rig.guest('four1')).active, ['kvm1']);

		// Its definition stays here.
		await run('leave', '- virsh_migrate: {guest: four1, to: kvm2, live: true, persistent: true}');
		const left = await run('left', '- virsh_start: four1');
		t.regex(left.stdout, /four1 on kvm1: the guest has moved to another host and would run twice/);
		t.deepEqual((await rig.guest('four1')).active, ['kvm2']);
	},
);

test.serial('a whole move, command by command', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('five1'));
	const {code, stdout} = await rig.vacate('run', `${playbooks}seed/single-commands.yml`, '-e', 'guest=five1');
	t.is(code, 0, stdout);
	const guest = await rig.guest('five1');
	unharmed(t, guest, 'kvm2');
	t.deepEqual(guest.defined, ['kvm2']);
	// A limit goes with the process that it was set for.
	t.is((await on('kvm2', 'virsh', 'migrate-getmaxdowntime', 'five1')).stdout.trim(), '300');
});
