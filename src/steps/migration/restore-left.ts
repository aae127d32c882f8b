import {StuckError} from '../../errors.ts';
import {claim, createMark, releaseMark} from '../../files/claim.ts';
import {create} from '../../qemu-img/create.ts';
import type {StepContext} from '../step.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import type {DiskCopy} from './disks/disk-scene.ts';
import type {GuestMigration} from './move.ts';
import type {Shutdown} from './shutdown.ts';

/**
 * Before an undo moves a guest back: creates the images at its source again that were deleted after the move was verified.
 * libvirt copies into images that exist, and so does the undo of a guest that was shut down for its move.
 *
 * @throws StuckError for a guest that is shut off, since only its definition would move back.
 */
export async function restoreLeft(
	{move, disks, stop}: {readonly move: GuestMigration; readonly disks: DiskPlan; readonly stop?: Shutdown},
	context: StepContext,
): Promise<void> {
	const deleted = await missingImages(move, disks, context);
	const [first] = deleted;
	if (first !== undefined && move.off && stop === undefined) {
		throw new StuckError(`${move.guest} no longer has disks on ${move.source}: ${first.from} was deleted`, [
			`move the guest back with its disks: migrate: {guest: ${move.guest}, to: ${move.source}, offline: true} (on ${move.destination})`,
		]);
	}
	for (const {image, path, from, marked, like} of deleted) {
		const made = `${from}${marked.slice(path.length)}`;
		await context.run(createMark(move.source, made));
		await context.run(create(move.source, {...image, path: made}));
		await context.run(claim(move.source, made, from, like));
		await context.run(releaseMark(move.source, made));
	}
}

async function missingImages(
	{source}: GuestMigration,
	{copies, leaves = []}: DiskPlan,
	context: StepContext,
): Promise<readonly DiskCopy[]> {
	const deleted = copies.filter(({from}) => leaves.some(({path, fate}) => path === from && fate === 'deleted'));
	const requests = deleted.map(({from}) => ({kind: 'path', host: source, path: from}) as const);
	const facts = await context.facts(requests);
	return deleted.filter((_, index) => {
		const request = requests[index];
		return request !== undefined && facts.of(request).type === 'absent';
	});
}
