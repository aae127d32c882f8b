import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {PathFact} from '../../../files/stat.ts';
import {whyInUse} from '../../kept/proof.ts';
import {demandPlain} from './contents.ts';
import {type DiskPlanContext, type LocalDisk, type ReusableFile, writtenDisks} from './disk-scene.ts';

/** A disk that is copied into the file that it has left at the destination when it went. */
export type ReusedDisk = ReusableFile & {
	readonly target: string;
	readonly dataBytes: number;
	/** The size that the guest sees. */
	readonly virtualBytes: number;
};

/** The readings that `planOver` needs beside those of a copy. */
export function reusedDiskRequests({definition, destination, own}: DiskPlanContext): readonly FactRequest[] {
	const disks = writtenDisks(definition).filter(({path}) => own.some(file => file.path === path));
	return [
		...(disks.length === 0 ? [] : [{kind: 'disk-users', host: destination} as const]),
		...disks.map(({path, format}) => ({kind: 'image', host: destination, path, format}) as const),
	];
}

/** Is the file in the place of the copy one that may be written over? Only libvirt writes into a file that is there. */
export function canOverwrite(path: string, there: PathFact, {own, mode}: DiskPlanContext): boolean {
	if (there.type === 'absent' || mode === 'cold') return false;
	return own.some(file => file.path === path && file.identity === there.identity);
}

/** @throws StepError when the file that was left has another size than the disk has now. */
export function planReusedDisk({target, path, format}: LocalDisk, scene: DiskPlanContext, facts: Facts): ReusedDisk {
	const {definition, source, destination, own} = scene;
	const [here] = facts.of({kind: 'image', host: source, path, format});
	const [there] = facts.get({kind: 'image', host: destination, path, format}) ?? [];
	if (here === undefined) throw new Error('an image chain is never empty');
	demandPlain({target, path, format}, here, scene);
	if (there?.virtualBytes !== here.virtualBytes) {
		throw new StepError(
			`${definition.name}: ${path} has ${here.virtualBytes} bytes, and the file that it left on ${destination} has not`,
			`move ${path} away (on ${destination})`,
			{retry: 'never'},
		);
	}
	const identity = own.find(file => file.path === path)?.identity ?? '';
	const why = whyInUse(destination, identity, facts, definition.uuid);
	if (why !== undefined) {
		throw new StepError(`${definition.name}: ${path} on ${destination} ${why}`, undefined, {retry: 'never'});
	}
	return {target, path, identity, dataBytes: here.actualBytes, virtualBytes: here.virtualBytes};
}
