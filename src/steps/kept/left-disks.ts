import type {FactRequest} from '../../facts/facts.ts';
import {asideOf, dropKept, forgetKept, renameKept} from '../../files/kept/change.ts';
import {isRecordable, readyKept, recordKept} from '../../files/kept/record.ts';
import type {Command} from '../../shell/command.ts';
import {parseDuration} from '../../units/units.ts';
import type {GuestMove, StepContext} from '../step.ts';
import type {KeptDisks} from './params.ts';

/** An image that a guest leaves at its source, and what happens to it. */
export type LeftDisk = {
	readonly target: string;
	readonly path: string;
	readonly fate: 'kept' | 'deleted';
	readonly keepForSeconds?: number;
};

/** A kept copy of the guest at its destination that its new image replaces. */
export type ReplacedCopy = {
	readonly path: string;
	/** Its path until the move is verified. */
	readonly aside: string;
	readonly dataBytes: number;
};

/** The guest that moves, and its hosts. */
type Mover = {readonly guest: string; readonly uuid: string; readonly source: string; readonly destination: string};

/** What happens to the images that stay at the source, as set in the playbook. */
export function leftDisks(
	images: readonly {readonly target: string; readonly path: string}[],
	policy: KeptDisks = 'keep',
): readonly LeftDisk[] {
	const fate = policy === 'delete' ? 'deleted' : 'kept';
	const keeps = typeof policy === 'string' ? {} : {keepForSeconds: Math.round(parseDuration(policy.keep_for) / 1000)};
	return images.filter(({path}) => isRecordable(path)).map(({target, path}) => ({target, path, fate, ...keeps}));
}

export function replacedCopy(path: string, mark: string, dataBytes: number): ReplacedCopy {
	return {path, aside: asideOf(path, mark), dataBytes};
}

/** Before the move: verifies that records can be written at the source, and renames kept copies that are replaced. */
export function makeWayCommands(
	{uuid, source, destination}: Mover,
	left: readonly LeftDisk[] = [],
	replaced: readonly ReplacedCopy[] = [],
): readonly Command[] {
	return [
		...(left.length === 0 ? [] : [readyKept(source)]),
		...replaced.map(({path, aside}) => renameKept(destination, uuid, path, aside)),
	];
}

/** After the guest has left the source. Images to be deleted are recorded too, as proof. */
export function recordCommands(
	{guest, uuid, source, destination}: Mover,
	left: readonly LeftDisk[] = [],
): readonly Command[] {
	return left.map(({target, path, keepForSeconds}) =>
		recordKept(source, {
			guest: uuid,
			name: guest,
			target,
			path,
			to: destination,
			...(keepForSeconds === undefined ? {} : {keepForSeconds}),
		}),
	);
}

/** After the move is verified and in the journal. */
export function dropCommands(
	{uuid, source, destination}: Mover,
	left: readonly LeftDisk[] = [],
	replaced: readonly ReplacedCopy[] = [],
): readonly Command[] {
	return [
		...replaced.map(({aside}) => dropKept(destination, uuid, aside)),
		...left.filter(({fate}) => fate === 'deleted').map(({path}) => dropKept(source, uuid, path)),
	];
}

/** After the guest is at the source again, and the new images have been removed from the destination. */
export function putBackCommands(
	{uuid, source, destination}: Mover,
	left: readonly LeftDisk[] = [],
	replaced: readonly ReplacedCopy[] = [],
): readonly Command[] {
	return [
		...replaced.map(({path, aside}) => renameKept(destination, uuid, aside, path)),
		...left.map(({path}) => forgetKept(source, uuid, path)),
	];
}

/** The images that are kept, for the recap. */
export async function readLeft(
	{source}: Mover,
	left: readonly LeftDisk[] = [],
	context: StepContext,
): Promise<NonNullable<GuestMove['kept']>> {
	const kept = left.filter(({fate}) => fate === 'kept');
	const requests = kept.map(({path}) => ({kind: 'file', host: source, path}) as const satisfies FactRequest);
	const facts = await context.facts(requests);
	return requests.flatMap(request => {
		const file = facts.of(request);
		return file.type === 'absent' ? [] : [{path: request.path, identity: file.identity, bytes: file.actualBytes}];
	});
}
