import {spawn} from 'node:child_process';
import {copyFile, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {labShell} from '../../src/lab/enter.ts';
import {type GuestPlan, guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {readGuests} from '../../src/lab/readings.ts';
import type {Lab} from '../../src/lab/state.ts';
import {tool} from '../../src/lab/tool.ts';
import {demand} from '../../src/shell/demand.ts';
import type {Cell} from './cells.ts';

/** Two hosts of a lab between which guests are moved, one at a time. */
export type Lane = {readonly lab: Lab; readonly from: LabHost; readonly to: LabHost; readonly folder: string};

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

/** Lanes between the first and the second host, the third and the fourth, and so on. */
export function lanesOf(lab: Lab, folder: string): readonly Lane[] {
	return lab.machines.flatMap((from, index) => {
		const to = lab.machines[index + 1];
		return index % 2 === 0 && to !== undefined ? [{lab, from, to, folder}] : [];
	});
}

/** Makes a guest, moves it, and gives what is not as it should be. Leaves nothing behind. */
export async function playCell(lane: Lane, name: string, cell: Cell): Promise<readonly string[]> {
	const plan = planOf(name, cell);
	try {
		const before = await makeGuest(lane, plan, cell);
		const {code, text} = await move(lane, plan, cell);
		if (code !== 0) return [`exit code ${code}: ${text}`];
		return [
			...(await wrongGuest(lane, plan, cell, before)),
			...(await wrongImages(lane, plan, cell)),
			...(await leftovers(lane)),
		];
	} finally {
		await clear(lane, plan);
	}
}

function planOf(name: string, {disks}: Cell): GuestPlan {
	switch (disks) {
		case 'none':
			return guestPlan(name, {diskMib: 0});
		case 'qcow2':
			return guestPlan(name);
		case 'raw and qcow2': {
			const path = `${imageFolder}/${name}-more.qcow2`;
			return guestPlan(name, {format: 'raw', more: [{path, target: 'vdb', format: 'qcow2', diskMib: 32}]});
		}
		case 'chain, all':
		case 'chain, top':
			return guestPlan(name, {backing: 1});
		case 'cdrom':
			return guestPlan(name, {cdrom: `${imageFolder}/${name}.iso`});
	}
}

/** Makes the guest at the source and brings it into its state; gives the number on its disk if it shall not run. */
async function makeGuest({lab, from, to}: Lane, plan: GuestPlan, {state, kind, disks}: Cell): Promise<number> {
	const {name} = plan;
	await createGuest(lab, from.name, {...plan, state: 'shut off'});
	for (const {path} of plan.more) {
		await tool(['qemu-io', '-f', 'qcow2', '-c', 'write -P 7 5M 3M', join(from.root, path)]);
	}
	if (disks === 'chain, top') await copyFile(join(from.root, `${plan.path}.1`), join(to.root, `${plan.path}.1`));
	const run = (...words: readonly string[]) => virsh(lab, from.name, ...words);
	await run('start', name);
	if (kind === 'transient') await run('undefine', name);
	// It shall have written, that a write may be lost.
	await wait(600);
	if (state === 'paused') await run('suspend', name);
	if (state !== 'shut off') return 0;
	await run('destroy', name);
	return plan.diskMib === 0 ? 0 : numberOn(from, plan);
}

async function move({lab, from, to, folder}: Lane, {name}: GuestPlan, {mode, disks, source}: Cell) {
	const params = {
		guest: name,
		to: to.name,
		mode,
		offline: true,
		media: 'copy',
		copy_storage: disks === 'chain, top' ? 'inc' : 'all',
		undefine_source: source === 'undefined',
	};
	const file = join(folder, `${name}.yml`);
	await writeFile(file, JSON.stringify([{hosts: from.name, tasks: [{migrate: params}]}]));
	const child = spawn(process.execPath, [program, 'run', file, '-i', lab.inventory], {cwd: folder});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', chunk => {
			text += chunk;
		});
	}
	const code = await new Promise<number | null>(resolve => child.on('close', resolve));
	return {code, text};
}

async function wrongGuest(lane: Lane, plan: GuestPlan, cell: Cell, before: number): Promise<readonly string[]> {
	const {lab, from, to} = lane;
	const {name} = plan;
	const {state, kind, source} = cell;
	const arrived = await readOne(lane, name);
	const wrong: string[] = [];
	const expect = (what: string, is: unknown, shall: unknown) => {
		if (JSON.stringify(is) !== JSON.stringify(shall)) {
			wrong.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(shall)}`);
		}
	};
	expect('state there', arrived?.states[to.name], state);
	const defined = kind === 'transient' ? [] : source === 'kept' ? [from.name, to.name] : [to.name];
	expect('defined on', arrived?.defined, defined);
	expect('known on', Object.keys(arrived?.states ?? {}), kind === 'transient' ? [to.name] : defined);
	if (state === 'shut off') {
		if (plan.diskMib > 0) expect('number on the disk', await numberOn(to, plan), before);
		await virsh(lab, to.name, 'start', name);
	}
	if (state === 'paused') await virsh(lab, to.name, 'resume', name);
	// It goes on, or begins again from what is on its disk.
	await wait(300);
	const running = await readOne(lane, name);
	expect('active on', running?.active, [to.name]);
	if ((running?.ticks ?? 0) === 0) wrong.push('it does not tick');
	if (state !== 'shut off') {
		expect('ticks missing', running?.missing, 0);
		expect('restarted', running?.restarted, false);
	}
	if (plan.diskMib > 0 && (running?.onDisk ?? -1) < Math.max(before, running?.written ?? 0)) {
		wrong.push(`a write is lost: ${running?.onDisk} on disk, ${running?.written} written, ${before} before`);
	}
	return wrong;
}

async function wrongImages({from, to}: Lane, plan: GuestPlan, {disks}: Cell): Promise<readonly string[]> {
	const wrong: string[] = [];
	const own = plan.diskMib === 0 ? [] : [{path: plan.path, format: plan.format}];
	for (const {path, format} of [...own, ...plan.more]) {
		const [here, there] = await Promise.all([from, to].map(host => infoOf(host, path, format)));
		if (here?.['virtual-size'] !== there?.['virtual-size']) wrong.push(`${path} has another size there`);
		const below = there?.['backing-filename'] !== undefined;
		if (below !== (disks === 'chain, top')) wrong.push(`${path} stands ${below ? 'on another' : 'alone'} there`);
	}
	for (const {path, format} of plan.more) {
		const images = [from, to].map(host => join(host.root, path));
		await tool(['qemu-img', 'compare', '-q', '-U', '-f', format, '-F', format, ...(images as [string, string])]).catch(
			() => wrong.push(`${path} is not the same there`),
		);
	}
	if (plan.cdrom !== undefined) {
		const [here, there] = await Promise.all([from, to].map(host => readFile(join(host.root, plan.cdrom ?? ''))));
		if (here === undefined || there?.equals(here) !== true) wrong.push(`${plan.cdrom} is not the same there`);
	}
	return wrong;
}

/** Marks, probes, definitions and what serves images. */
async function leftovers({lab, from, to}: Lane): Promise<readonly string[]> {
	const found = [from, to].map(async ({name, root}) => {
		const images = await readdir(join(root, imageFolder));
		const {stdout} = await demand(labShell(lab), {host: name, argv: ['ls', '/run'], effect: 'read'});
		return [...images, ...stdout.split('\n')].filter(file => file.includes('.vacate-')).map(file => `${name}: ${file}`);
	});
	return (await Promise.all(found)).flat().map(file => `left behind on ${file}`);
}

async function clear({lab, from, to}: Lane, {name}: GuestPlan): Promise<void> {
	for (const {name: host, root} of [from, to]) {
		await virsh(lab, host, 'destroy', name).catch(() => {});
		await virsh(lab, host, 'undefine', name).catch(() => {});
		const files = await readdir(join(root, imageFolder));
		for (const file of files.filter(one => one.startsWith(name))) await rm(join(root, imageFolder, file));
	}
}

/** Guests of other lanes come and go meanwhile. */
async function readOne({lab, from, to}: Lane, name: string) {
	return (await readGuests({...lab, machines: [from, to]})).find(guest => guest.name === name);
}

/** The number in the second sector of the first disk. */
async function numberOn({root}: LabHost, {path, format}: GuestPlan): Promise<number> {
	const dump = await tool(['qemu-io', '-r', '-U', '-f', format, '-c', 'read -v 512 4', join(root, path)]);
	const bytes = /^[0-9a-f]+: {2}((?:[0-9a-f]{2} ?){4})/m.exec(dump)?.[1]?.trim().split(/ /) ?? [];
	return Number.parseInt(bytes.toReversed().join(''), 16);
}

async function infoOf({root}: LabHost, path: string, format: string): Promise<Readonly<Record<string, unknown>>> {
	return JSON.parse(await tool(['qemu-img', 'info', '--output=json', '-U', '-f', format, join(root, path)]));
}

async function virsh(lab: Lab, host: string, ...words: readonly string[]): Promise<void> {
	await demand(labShell(lab), {host, argv: ['virsh', '--quiet', ...words], effect: 'write'});
}
