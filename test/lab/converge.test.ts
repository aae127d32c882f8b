import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {clearFaults} from '../../src/lab/fault/all-faults.ts';
import {slowLink} from '../../src/lab/fault/speed.ts';
import {type GuestPlan, guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vconv', '10.107.0', 2);

/** It changes the same 3 MiB all the time: over a link of 1 MiB/s, no pause of 300 ms is long enough to send that. */
const busy: Partial<GuestPlan> = {diskMib: 0, dirtyUnits: 48};

test.serial.before('the link of the destination is slow', async () => {
	await slow(1024 ** 2);
});

async function slow(bytesPerSecond: number): Promise<void> {
	const machine = rig.lab.machines[1];
	if (machine !== undefined) await slowLink(machine, {bytesPerSecond});
}

async function inside(host: string, ...argv: [string, ...string[]]): Promise<string> {
	return (await labShell(rig.lab).run({host, argv, effect: 'write'})).stdout;
}

/** How a move of a new guest ends, told how. */
async function move(name: string, guest: Partial<GuestPlan>, how: string) {
	await createGuest(rig.lab, 'kvm1', guestPlan(name, guest));
	const file = await rig.playbook(name, `- hosts: kvm1\n  tasks:\n    - migrate: {guest: ${name}, to: kvm2, ${how}}\n`);
	return ended(rig.start('run', file));
}

/** The writes of the newest run that begin with a word of virsh. */
async function commands(word: string): Promise<readonly string[]> {
	const runs = join(rig.folder, '.vacate/runs');
	const newest = (await readdir(runs)).sort().at(-1) ?? '';
	const lines = (await readFile(join(runs, newest, 'commands.jsonl'), 'utf8')).trim().split('\n');
	const all = lines.map(line => JSON.parse(line) as {readonly argv: readonly string[]});
	return all.filter(({argv}) => argv.includes(word)).map(({argv}) => argv.slice(argv.indexOf(word)).join(' '));
}

for (const [action, host, code, said] of [
	['abort', 'kvm1', 4, /did not move to kvm2: its memory took more than \d+ s; the guest is running/],
	['suspend', 'kvm2', 0, /changed/],
	['postcopy', 'kvm2', 0, /changed/],
] as const) {
	test.serial(`a guest that changes memory faster than it is sent: at the deadline, ${action}`, async t => {
		const {stdout, ...end} = await move(action, busy, `deadline: {at_least: 4 s, then: ${action}}`);
		t.is(end.code, code, stdout);
		t.regex(stdout, said);
		unharmed(t, await rig.guest(action), host);
		const word = {abort: 'domjobabort', suspend: 'suspend', postcopy: 'migrate-postcopy'}[action];
		t.is((await commands(word)).length, 1);
	});
}

test.serial('without progress for the window, it is given up, and the reason says what would help', async t => {
	const {code, stdout} = await move('stalled', busy, 'stall: {window: 5 s}');
	t.is(code, 4, stdout);
	t.regex(
		stdout,
		/did not move to kvm2: the guest dirties memory as fast as it is sent: for \d+ s, until pass \d+, no pass started with less than/,
	);
	t.regex(stdout, /next: throttle the guest: auto_converge: true; or allow a longer downtime: max_downtime/);
	unharmed(t, await rig.guest('stalled'), 'kvm1');
});

test.serial('a table of longer and longer pauses moves a guest that stays put with the default', async t => {
	const {code, stdout} = await move('table', busy, 'max_downtime: [300 ms, 600 ms, 9 s]');
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('table'), 'kvm2');
	const allowed = (await commands('migrate-setmaxdowntime')).map(text => Number(/\d+$/.exec(text)?.[0]));
	t.is(allowed[0], 300);
	t.deepEqual(allowed, [300, 600, 9000].slice(0, allowed.length));
	t.true(allowed.length > 1);
});

test.serial('a pause that was allowed for a move that fails is what it was before', async t => {
	const {code, stdout} = await move('before', busy, 'max_downtime: [50 ms, 60 ms], deadline: {at_least: 3 s}');
	t.is(code, 4, stdout);
	t.is((await inside('kvm1', 'virsh', 'migrate-getmaxdowntime', 'before')).trim(), '300');
	unharmed(t, await rig.guest('before'), 'kvm1');
});

test.serial('a slow link is no stall; the bandwidth may be changed while it runs', async t => {
	await slow(100 * 1024);
	const moving = move(
		'patient',
		{diskMib: 0, dirtyUnits: 1},
		'max_downtime: 4 s, stall: {window: 4 s}, bandwidth_mib: 1',
	);
	for (let left = 400; left > 0; left--) {
		if (/^memory_processed: [1-9]/m.test(await inside('kvm1', 'virsh', '-q', 'domjobinfo', 'patient', '--rawstats')))
			break;
		await wait(50);
	}
	await inside('kvm1', 'virsh', 'migrate-setspeed', 'patient', '2');
	const {code, stdout} = await moving;
	await slow(1024 ** 2);
	t.is(code, 0, stdout);
	unharmed(t, await rig.guest('patient'), 'kvm2');
});

test.serial('through a relay: no key on either host, nothing is left of it', async t => {
	await clearFaults(rig.lab, rig.lab.machines);
	for (const host of ['kvm1', 'kvm2'])
		await inside(host, 'sh', '-c', 'mkdir /root/keys; mv /root/.ssh/id_* /root/keys');
	const plain = await move('stranger', {}, 'mode: p2p');
	t.is(plain.code, 4, plain.stdout);
	t.regex(plain.stdout, /kvm1 cannot connect to libvirt on kvm2: .*Permission denied[\s\S]*mode: relay/);
	for (const [name, guest, how] of [
		['relayed', {}, 'mode: relay'],
		['cold', {state: 'shut off'}, 'mode: relay, offline: true'],
	] as const) {
		const {code, stdout} = await move(name, guest, how);
		t.is(code, 0, stdout);
		t.deepEqual((await rig.guest(name)).defined, ['kvm2']);
	}
	unharmed(t, await rig.guest('relayed'), 'kvm2');
	t.is(await inside('kvm1', 'ls', '/run/vacate'), '');
	for (const host of ['kvm1', 'kvm2']) await inside(host, 'sh', '-c', 'mv /root/keys/* /root/.ssh; rmdir /root/keys');
});
