import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {clearFaults} from '../../src/lab/fault/all-faults.ts';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {type Accident, accidents, guests, restore, taskOf} from './accidents.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vmuf', '10.108.0', 2);

/** `npm run faults` takes all. */
const chosen = accidents.filter(({long}) => long !== true || process.env.VACATE_FAULTS === 'all');

for (const [index, accident] of chosen.entries()) {
	test.serial(`${accident.title}: the guest runs once at most, with all its writes, and nothing is left`, async t => {
		const name = `guest${index + 1}`;
		await createGuest(rig.lab, 'kvm1', guestPlan(name, {...guests[accident.in], ...accident.guest}));
		await accident.prepare?.(rig, name);
		const file = await rig.playbook(name, taskOf(accident, name));
		if (accident.in === 'before') await accident.befall(rig, name);
		const run = ended(rig.start('run', file));
		if (accident.in !== 'before') {
			await Promise.race([moving(name, accident.in), run.then(({stdout}) => Promise.reject(new Error(stdout)))]);
			await accident.befall(rig, name);
		}
		const {code, stdout} = await run;
		await clearFaults(rig.lab, rig.lab.machines);
		await restore(rig);
		t.is(code, accident.code, stdout);
		t.regex(stdout, accident.says);
		await accident.anew?.(rig, name);
		const guest = await rig.guest(name);
		if (accident.at === 'nowhere') t.deepEqual(guest.active, []);
		else if (accident.anew !== undefined) t.deepEqual(guest.active, [accident.at]);
		else unharmed(t, guest, accident.at);
		t.deepEqual(await leftOf(name, accident), [...(accident.left ?? [])].sort());
		t.deepEqual(await listening(), [], 'nobody listens any more');
	});
}

/** Until a migration of the guest is in a part. */
async function moving(guest: string, phase: 'disks' | 'memory'): Promise<void> {
	const argv = ['virsh', '-q', 'domjobinfo', '--domain', guest, '--rawstats'] as const;
	const under = phase === 'disks' ? /^disk_processed: [1-9]/m : /^memory_processed: [1-9]/m;
	for (let left = 600; left > 0; left--) {
		const {stdout} = await labShell(rig.lab).run({host: 'kvm1', argv, effect: 'read'});
		if (under.test(stdout)) return;
		await wait(50);
	}
	throw new Error(`${guest} does not move`);
}

/** What the destination has of a guest, by how the names go on. */
async function leftOf(guest: string, {at}: Accident): Promise<readonly string[]> {
	const own = (await rig.images('kvm2')).filter(image => image.startsWith(`${guest}.`));
	const rest = own.map(image => image.slice(guest.length).replace(/(vacate-).*/, '$1'));
	return at === 'kvm2' ? rest.filter(image => image.includes('vacate')) : rest;
}

/** Ports for migrations on which somebody listens at the destination. */
async function listening(): Promise<readonly string[]> {
	const argv = ['ss', '-Htln', 'sport >= :49152 and sport <= :49215'] as const;
	const {stdout} = await labShell(rig.lab).run({host: 'kvm2', argv, effect: 'read'});
	return stdout.split('\n').filter(Boolean);
}
