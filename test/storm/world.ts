import {mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {dirtyUnitsFor} from '../../src/lab/boot-sector.ts';
import {labShell} from '../../src/lab/enter.ts';
import {clearFaults} from '../../src/lab/fault/all-faults.ts';
import {killProgram, startDaemon} from '../../src/lab/fault/daemons.ts';
import {processesOf, programOf} from '../../src/lab/fault/processes.ts';
import {consoleFolder, type GuestPlan, guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {Lab} from '../../src/lab/state.ts';
import {write} from '../../src/shell/command.ts';
import type {Random} from './random.ts';

/** Takes every guest and image away, and gives every host a new libvirtd, which has forgotten everything. */
export async function emptyLab(lab: Lab): Promise<void> {
	await clearFaults(lab, lab.machines);
	const shell = labShell(lab);
	await Promise.all(
		lab.machines.map(async ({name: host, root}) => {
			for (const program of ['virsh', 'sessions', 'libvirtd', 'qemu'] as const) {
				const runs = processesOf(lab, host).some(one => programOf(one) === program);
				if (runs) await killProgram(lab, {host, program});
			}
			const definitions = '/etc/libvirt/qemu/*.xml /etc/libvirt/qemu/autostart/*';
			const state = '/run/libvirt/qemu/*.xml /run/libvirt/qemu/*.pid /var/lib/libvirt/qemu/domain-*';
			await shell.run(write(host, ['sh', '-c', `rm -rf ${definitions} ${state} ${consoleFolder}/*`]));
			for (const image of await readdir(join(root, imageFolder))) {
				await rm(join(root, imageFolder, image), {recursive: true});
			}
			await startDaemon(lab, host, 'libvirtd');
		}),
	);
}

/** The guests of a round: those that shall move, and others that are none of the run’s business. */
export type Cast = {readonly movers: readonly string[]; readonly residents: readonly string[]};

export type Crowd = {
	readonly count: number;
	/** Some of them paused, without a definition, or on a chain of images. */
	readonly wild: boolean;
};

/** Fills a lab: guests on kvm1 that shall leave it, one that is off, and guests and files elsewhere that stay. */
export async function fillLab(lab: Lab, random: Random, {count, wild}: Crowd): Promise<Cast> {
	const plans = Array.from({length: count}, (_, index) => {
		const plan = moverPlan(random, `g${index + 1}`);
		return wild ? wildPlan(random, plan) : plan;
	});
	const off = guestPlan('off', {state: 'shut off'});
	const residents = [guestPlan('resident2'), guestPlan('resident3', {format: 'raw'})];
	await Promise.all([...plans, off].map(plan => createGuest(lab, 'kvm1', plan)));
	for (const [index, plan] of residents.entries()) await createGuest(lab, `kvm${index + 2}`, plan);
	for (const {root} of lab.machines) {
		const images = join(root, imageFolder);
		await mkdir(join(images, 'archive'), {recursive: true});
		await writeFile(join(images, 'archive/last-year.img'), 'somebody needs this\n');
		// What could be taken for a mark of a run’s own, and is none.
		await writeFile(join(images, 'notes.qcow2.vacate-0badcafe'), 'this too\n');
	}
	return {movers: plans.map(({name}) => name), residents: [...residents, off].map(({name}) => name)};
}

function moverPlan(random: Random, name: string): GuestPlan {
	const format = random.pick(['qcow2', 'raw'] as const);
	const extra = {path: `${imageFolder}/${name}-data.raw`, target: 'vdb', format: 'raw', diskMib: 16} as const;
	return guestPlan(name, {
		format,
		memoryMib: random.pick([16, 24, 32]),
		diskMib: random.pick([32, 64, 128]),
		dirtyUnits: dirtyUnitsFor(random.pick([0, 0, 1, 2]) * 1024 ** 2),
		more: random.chance(0.25) ? [extra] : [],
	});
}

function wildPlan(random: Random, plan: GuestPlan): GuestPlan {
	const wild = random.pick([{}, {}, {state: 'paused'}, {persistent: false}, {format: 'qcow2', backing: 1}] as const);
	return guestPlan(plan.name, {
		...plan,
		path: `${imageFolder}/${plan.name}.${'format' in wild ? 'qcow2' : plan.format}`,
		...wild,
	});
}
