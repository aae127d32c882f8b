import {InterruptedError, StepError} from '../../../errors.ts';
import type {Command} from '../../../shell/command.ts';
import {type Definitions, ejectMedium, insertMedium} from '../../../virsh/change-media.ts';
import {dropCommands, leftDisks, makeWayCommands, putBackCommands, recordCommands} from '../../kept/left-disks.ts';
import {
	identityOf,
	type MadeImage,
	makeCommands,
	makeImages,
	releaseCommands,
	removeImages,
} from '../../qemu-img/images.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import type {DiskPlan} from './disk-plan.ts';
import type {DiskCopy} from './disk-scene.ts';
import {copyAll, nbdCopyCommands, stopNbdCopies} from './nbd-copies.ts';
import {probeCommands, proveShared, removeProbes} from './shared-storage.ts';
import {xmlCommands, xmlRemovals} from './xml-files.ts';

/** All images created by a move. */
export function madeBy({copies, extraFiles = []}: DiskPlan): readonly DiskCopy[] {
	return [...copies, ...extraFiles];
}

/** The commands of `prepare`. */
export function prepareCommands(
	move: GuestMigration,
	disks: DiskPlan,
	stopping: readonly Command[] = [],
): readonly Command[] {
	return [
		...probeCommands(move.source, disks.probes),
		...makeWayCommands(move, disks.leaves, disks.replaced),
		...makeCommands(move.destination, madeBy(disks)),
		...stopping,
		...nbdCopyCommands(move, disks.nbdCopies),
		...finalTouches(move, disks),
	];
}

/**
 * Prepares the disks before virsh moves the guest. Changes at the source come last.
 *
 * @param stop Shuts the guest down, when the images exist and before they are written.
 */
export async function prepare(
	move: GuestMigration,
	disks: DiskPlan,
	context: StepContext,
	stop: () => Promise<void> = async () => {},
): Promise<readonly MadeImage[]> {
	await proveShared(move.source, move.destination, disks.probes, context);
	for (const command of makeWayCommands(move, disks.leaves, disks.replaced)) await context.run(command);
	const images = await makeImages(move.destination, madeBy(disks), context);
	await stop();
	await copyAll(move, disks.nbdCopies, context);
	for (const command of finalTouches(move, disks)) await context.run(command);
	return images;
}

function finalTouches(move: GuestMigration, disks: DiskPlan): readonly Command[] {
	const {source, uuid, persistent} = move;
	return [
		...(disks.ejected ?? []).flatMap(({target, path}) =>
			path === undefined ? [] : [ejectMedium(source, uuid, target, definitionsOf(move, persistent))],
		),
		...xmlCommands(source, uuid, disks),
	];
}

/** Inserts the media at the destination. */
export function insertCommands(move: GuestMigration, {ejected = []}: DiskPlan): readonly Command[] {
	const definitions = definitionsOf(move, move.persistentThere);
	return ejected.flatMap(({target, place}) =>
		place === undefined ? [] : [insertMedium(move.destination, move.uuid, target, place, definitions)],
	);
}

/** Ejects what was inserted into empty drives at the destination, so that the guest can move back without it. */
export async function ejectInserted(
	move: GuestMigration,
	{ejected = []}: DiskPlan,
	context: StepContext,
): Promise<void> {
	const inserted = ejected.filter(({path, place}) => path === undefined && place !== undefined);
	if (inserted.length === 0) return;
	const {destination: host, uuid} = move;
	const domains = (await context.facts([{kind: 'domains', host}])).of({kind: 'domains', host});
	if (!domains.some(domain => domain.uuid === uuid)) return;
	const request = {kind: 'domain', host, uuid} as const;
	const disks = (await context.facts([request])).of(request)?.disks ?? [];
	for (const {target, place} of inserted) {
		if (disks.find(disk => disk.target === target)?.path !== place) continue;
		await context.run(ejectMedium(host, uuid, target, definitionsOf(move, move.persistentThere)));
	}
}

/**
 * Verifies that the media are in the drives.
 *
 * @throws StepError when not.
 */
export async function verifyMedia(move: GuestMigration, {ejected = []}: DiskPlan, context: StepContext): Promise<void> {
	const expected = ejected.filter(({place}) => place !== undefined);
	if (expected.length === 0) return;
	const request = {kind: 'domain', host: move.destination, uuid: move.uuid} as const;
	const definition = (await context.facts([request])).of(request);
	for (const {target, place} of expected) {
		const drive = definition?.disks.find(disk => disk.target === target);
		if (drive?.path !== place)
			throw new StepError(`${move.guest} is on ${move.destination}, but ${place} is not in drive ${target}`);
	}
}

/** What remains to be removed when the journal contains the receipt. */
export function tidyCommands(move: GuestMigration, disks: DiskPlan): readonly Command[] {
	return [
		...releaseCommands(move.destination, madeBy(disks)),
		...xmlRemovals(move.source, disks),
		...dropCommands(move, disks.leaves, disks.replaced),
	];
}

/** Removes it. Failed commands are repeated at the end, so that one failure does not leave other files behind. */
export async function tidy(move: GuestMigration, disks: DiskPlan, context: StepContext): Promise<void> {
	const failed: Command[] = [];
	for (const command of tidyCommands(move, disks)) {
		const done = await context.run(command).then(
			() => true,
			(error: unknown) => {
				if (error instanceof InterruptedError) throw error;
				return false;
			},
		);
		if (!done) failed.push(command);
	}
	for (const command of failed) await context.run(command);
}

/** Undoes `prepare` when the guest is at the source. */
export async function unprepare(
	move: GuestMigration,
	disks: DiskPlan,
	made: readonly MadeImage[],
	context: StepContext,
): Promise<void> {
	const {source, destination, uuid, persistent} = move;
	await stopNbdCopies(move, disks.nbdCopies, context);
	for (const {target, path} of disks.ejected ?? []) {
		if (path === undefined) continue;
		await context.run(insertMedium(source, uuid, target, path, definitionsOf(move, persistent)));
	}
	await removeNew(move, disks, made, context);
	for (const command of putBackCommands(move, disks.leaves, disks.replaced)) await context.run(command);
	for (const host of [source, destination]) {
		for (const command of xmlRemovals(host, disks)) await context.run(command);
	}
	await removeProbes(source, disks.probes, context);
}

/**
 * Removes the images created by the move. If one has permanently replaced a kept copy, it becomes the new kept copy
 * of the guest there.
 */
async function removeNew(
	move: GuestMigration,
	disks: DiskPlan,
	made: readonly MadeImage[],
	context: StepContext,
): Promise<void> {
	const {source, destination, guest, uuid} = move;
	const {replaced = []} = disks;
	const facts = await context.facts(
		replaced.flatMap(({path, aside}) => [
			{kind: 'path', host: destination, path} as const,
			{kind: 'path', host: destination, path: aside} as const,
		]),
	);
	const stays = new Set(
		replaced
			.filter(({path, aside}) => {
				if (facts.of({kind: 'path', host: destination, path: aside}).type !== 'absent') return false;
				const found = identityOf(facts.of({kind: 'path', host: destination, path}));
				return made.some(image => image.path === path && image.identity === found);
			})
			.map(({path}) => path),
	);
	const isGoing = ({path}: {readonly path: string}) => !stays.has(path);
	await removeImages(destination, madeBy(disks).filter(isGoing), made.filter(isGoing), context);
	const left = madeBy(disks).filter(({path}) => stays.has(path));
	const mover = {guest, uuid, source: destination, destination: source};
	for (const command of recordCommands(mover, leftDisks(left))) await context.run(command);
}

/** A guest that is shut off has only a persistent definition. */
function definitionsOf({off}: GuestMigration, persistent: boolean): Definitions {
	if (off) return ['config'];
	return persistent ? ['live', 'config'] : ['live'];
}
