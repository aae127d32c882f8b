import {StepError} from '../../../errors.ts';
import {markOf} from '../../../files/claim.ts';
import {removeProbe, writeProbe} from '../../../files/probe.ts';
import type {Command} from '../../../shell/command.ts';
import type {StepContext} from '../../step.ts';
import type {SharedDisk} from './copies.ts';
import type {DiskPlanContext} from './disk-scene.ts';
import {folderOf} from './storage-map.ts';

/** A small file that is written at the source and must be readable at the destination. */
export type Probe = {
	readonly target: string;
	readonly from: string;
	readonly path: string;
	readonly text: string;
};

/** One for each directory. Its content is unique: it contains the move and the disk. */
export function planProbes({definition, mark}: DiskPlanContext, disks: readonly SharedDisk[]): readonly Probe[] {
	const probes = disks.map(({target, from, path, identity}) => ({
		target,
		from: markOf(`${folderOf(from)}/probe`, mark),
		path: markOf(`${folderOf(path)}/probe`, mark),
		text: `${mark} ${definition.uuid} ${identity}\n`,
	}));
	return probes.filter((probe, index) => probes.findIndex(({from}) => from === probe.from) === index);
}

/** The writes of `proveShared`. */
export function probeCommands(source: string, probes: readonly Probe[] = []): readonly Command[] {
	return probes.flatMap(({from, text}) => [writeProbe(source, from, text), removeProbe(source, from)]);
}

/**
 * Verifies that the destination can read what the source writes.
 *
 * @throws StepError when it does not.
 */
export async function proveShared(
	source: string,
	destination: string,
	probes: readonly Probe[] = [],
	context: StepContext,
): Promise<void> {
	for (const {target, from, path, text} of probes) {
		await context.run(writeProbe(source, from, text));
		const request = {kind: 'content', host: destination, path} as const;
		const seen = (await context.facts([request])).of(request);
		await context.run(removeProbe(source, from));
		if (seen.is === 'file' && Buffer.from(seen.base64, 'base64').toString() === text) continue;
		throw new StepError(
			`disk ${target} appears to be on shared storage, but ${destination} does not see a file that ${source} wrote to ${folderOf(from)}`,
			`${destination} has a different file at the path of the disk: move it away if it is not needed`,
			{retry: 'never'},
		);
	}
}

export async function removeProbes(source: string, probes: readonly Probe[] = [], context: StepContext): Promise<void> {
	for (const {from} of probes) await context.run(removeProbe(source, from));
}
