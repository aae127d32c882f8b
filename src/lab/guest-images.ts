import {mkdir, open, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {bootSector, kernelFile} from './boot-sector.ts';
import type {GuestPlan} from './guest-plan.ts';
import type {LabHost} from './layout.ts';
import type {Lab} from './state.ts';
import {tool} from './tool.ts';

/** Creates all files of a guest, on the host where it will start. */
export async function makeImages(lab: Lab, {root}: LabHost, plan: GuestPlan): Promise<void> {
	const {path, format, diskMib, dirtyUnits, backing, more, cdrom} = plan;
	if (diskMib === 0) {
		// Moves do not copy a kernel: like a distribution's, it is on every host.
		for (const machine of lab.machines) await writeNew(join(machine.root, path), kernelFile(dirtyUnits));
	} else if (backing === 0) {
		await makeImage(join(root, path), format, diskMib, bootSector(dirtyUnits));
	} else {
		await makeChain(join(root, path), format, diskMib, bootSector(dirtyUnits), backing);
	}
	for (const disk of more) await makeImage(join(root, disk.path), disk.format, disk.diskMib, Buffer.alloc(0));
	if (cdrom !== undefined && cdrom !== 'empty')
		await writeNew(join(root, cdrom), Buffer.alloc(2 * 1024 ** 2, 'medium '));
}

async function makeImage(file: string, format: string, diskMib: number, content: Buffer): Promise<void> {
	const raw = `${file}.raw`;
	await mkdir(dirname(file), {recursive: true});
	const handle = await open(raw, 'w');
	await handle.write(content, 0, content.length, 0);
	await handle.truncate(diskMib * 1024 ** 2);
	await handle.close();
	await tool(['qemu-img', 'convert', '-q', '-f', 'raw', '-O', format, raw, file]);
	await rm(raw);
}

/**
 * Creates an image with others below it, `web1.qcow2.1` being the lowest. Each names its backing file by a relative
 * path.
 */
async function makeChain(file: string, format: string, diskMib: number, content: Buffer, below: number): Promise<void> {
	const layers = Array.from({length: below}, (_, index) => `${file}.${index + 1}`);
	const [lowest = file, ...upper] = [...layers, file];
	await makeImage(lowest, format, diskMib, content);
	let under = lowest;
	for (const layer of upper) {
		await tool(['qemu-img', 'create', '-q', '-f', format, '-b', basename(under), '-F', format, layer]);
		under = layer;
	}
}

async function writeNew(file: string, content: Buffer): Promise<void> {
	await mkdir(dirname(file), {recursive: true});
	await writeFile(file, content);
}
