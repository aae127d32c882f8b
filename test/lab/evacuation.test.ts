import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vpl3', '10.112.0', 3);

const file = (name: string) => join(rig.folder, name);

const playbook = `- hosts: kvm1
  tasks:
    - evacuate:
        to: compute:!kvm1
        order: [priority, name]
        limits: {per_source: 3, per_destination: 1, total: 3, storage_weight: 1}
        bandwidth: auto
        round_trip: required
        each:
          - {guests: db1, priority: 10, pin: kvm3}
          - {guests: stays, policy: leave}
        apart:
          - {guests: "web*", strength: soft}
`;

const going = ['db1', 'still', 'web1', 'web2', 'wide'];

test.serial('eight guests of all kinds: the plan says who goes where, who stays and why', async t => {
	const guests = [
		guestPlan('db1', {
			memoryMib: 32,
			more: [{path: `${imageFolder}/db1-data.raw`, target: 'vdb', format: 'raw', diskMib: 32}],
		}),
		guestPlan('held', {cdrom: `${imageFolder}/medium.iso`}),
		guestPlan('off', {state: 'shut off'}),
		guestPlan('stays'),
		guestPlan('still', {state: 'paused'}),
		guestPlan('web1', {dirtyUnits: 2}),
		guestPlan('web2', {format: 'raw'}),
		guestPlan('wide', {memoryMib: 64}),
	];
	for (const guest of guests) await createGuest(rig.lab, 'kvm1', guest);
	const path = await rig.playbook('evacuate', playbook);
	const gathered = await rig.vacate('facts', '-o', file('facts.json'));
	t.is(gathered.code, 0, gathered.stderr);
	for (const name of ['one.yml', 'two.yml']) {
		const {code, stdout, stderr} = await rig.vacate('plan', path, '--facts', file('facts.json'), '-o', file(name));
		t.is(code, 3, `one guest cannot be placed: ${stdout}${stderr}`);
		t.regex(stdout, /^5 guests move, .*1 guest cannot be placed/m);
		t.regex(stdout, /^db1 +kvm1 +kvm3 /m, 'as it is pinned');
		t.regex(stdout, /per_(source|destination|link) of kvm/, 'limits force to wait');
		t.regex(stdout, /held on kvm1: .*medium\.iso, in the cdrom, does not exist at the destination/);
		t.regex(stdout, /stays on kvm1: policy: leave/);
		t.regex(stdout, /off on kvm1: the guest is shut off; only running guests are moved/);
	}
	t.is(await readFile(file('two.yml'), 'utf8'), await readFile(file('one.yml'), 'utf8'), 'byte for byte');
	for (const form of [[], ['--markdown'], ['--html']]) {
		const {code, stdout} = await rig.vacate('show', file('one.yml'), ...form);
		t.is(code, 0);
		t.regex(stdout, /Rejected destinations|rejected destinations/);
		t.notRegex(stdout, /not checked: ports for memory and disks/);
	}
	const narrow = await rig.vacate('plan', path, '--facts', file('facts.json'), '--check-only', '--window', '6 s');
	t.is(narrow.code, 3);
	t.regex(narrow.stdout, /the plan takes .*, and the window is 6\.0 s: leave out /);
});

test.serial('a second plan after a change says what has changed, and a full disk stops who goes there', async t => {
	const {code, stdout, stderr} = await rig.vacate('plan', file('evacuate.yml'), '-o', file('plan.yml'));
	t.is(code, 3, stdout + stderr);
	const same = await rig.vacate('diff', file('one.yml'), file('plan.yml'));
	t.is(same.stdout, 'no changes\n');
	const fault = await rig.vacate('lab', 'fault', 'disk', 'kvm3', '--free', '64 KiB', '--dir', rig.lab.dir);
	t.is(fault.code, 0, fault.stderr);
	const again = await rig.vacate('plan', file('evacuate.yml'), '-o', file('full.yml'));
	t.is(again.code, 3, again.stderr);
	const {stdout: changes} = await rig.vacate('diff', file('plan.yml'), file('full.yml'));
	t.regex(changes, /^db1 no longer moves to kvm3: no eligible destination: .*kvm3: .* needed in .*, .* free/m);
	const applied = await rig.vacate('apply', file('plan.yml'), '--json');
	const events = applied.stdout
		.trim()
		.split('\n')
		.map(
			line =>
				JSON.parse(line) as {type: string; limit?: string; action?: {guest?: string}; failure?: {message: string}},
		);
	const waits = events.filter(({type}) => type === 'action-waiting');
	t.true(waits.length > 0 && waits.every(({limit = ''}) => /^(per_\w+ kvm\d( kvm\d)?|total)$/.test(limit)));
	const refused = events.flatMap(({failure, action}) =>
		failure === undefined ? [] : [`${action?.guest}: ${failure.message}`],
	);
	t.true(
		refused.some(text => /^db1: db1: disks require \d+ MiB, but .*images on kvm3 has only 0 MiB available$/.test(text)),
		refused.join('\n'),
	);
	const [stayed, went] = [await rig.guest('db1'), await rig.guest('web1')];
	unharmed(t, stayed, 'kvm1');
	unharmed(t, went, went.active[0] ?? '');
	await rig.vacate('lab', 'fault', 'clear', '--dir', rig.lab.dir);
});

test.serial('the rest goes too when there is space again, and `return` brings all home', async t => {
	const all = await rig.vacate('run', file('evacuate.yml'));
	t.is(all.code, 6, `one guest is held: ${all.stdout}${all.stderr}`);
	for (const name of going) {
		const guest = await rig.guest(name);
		t.not(guest.active[0], 'kvm1', name);
		if (name !== 'still') unharmed(t, guest, guest.active[0] ?? '');
	}
	for (const name of ['held', 'stays']) unharmed(t, await rig.guest(name), 'kvm1');
	// Two runs have emptied the host, each has its way back.
	const runs = (await readdir(join(rig.folder, '.vacate/runs'))).sort();
	t.is(runs.length, 2);
	for (const run of runs) {
		const back = await rig.vacate('return', run);
		t.is(back.code, 0, back.stdout + back.stderr);
	}
	for (const name of going) {
		const guest = await rig.guest(name);
		t.deepEqual(guest.active, ['kvm1'], name);
		t.deepEqual(guest.defined, ['kvm1'], name);
		if (name !== 'still') unharmed(t, guest, 'kvm1');
	}
	const state = await labShell(rig.lab).run({host: 'kvm1', argv: ['virsh', '-q', 'domstate', 'still'], effect: 'read'});
	t.is(state.stdout.trim(), 'paused', 'as somebody wanted it');
	const again = await rig.vacate('return', 'last');
	t.is(again.code, 0, again.stderr);
});
