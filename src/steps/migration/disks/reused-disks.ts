import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {PathFact} from '../../../files/stat.ts';
import {whyInUse} from '../../kept/proof.ts';
import {demandPlain} from './contents.ts';
import {type DiskPlanContext, type LocalDisk, type ReusableFile, writtenDisks} from './disk-scene.ts';

/** A disk that is copied to the file that it left at the destination. */
export type ReusedDisk = ReusableFile & {
	readonly target: string;
	readonly dataBytes: number;
	/** The virtual size. */
	readonly virtualBytes: number;
};

/** The facts that `planReusedDisk` requires in addition to those of a copy. */
export function reusedDiskRequests({definition, destination, own}: DiskPlanContext): readonly FactRequest[] {
	const disks = writtenDisks(definition).filter(({path}) => own.some(file => file.path === path));
	return [
		...(disks.length === 0 ? [] : [{kind: 'disk-users', host: destination} as const]),
		...disks.map(({path, format}) => ({kind: 'image', host: destination, path, format}) as const),
	];
}

/** Whether the file at the path of the copy may be overwritten. Only libvirt writes to existing files. */
export function canOverwrite(path: string, there: PathFact, {own, mode}: DiskPlanContext): boolean {
	if (there.type === 'absent' || mode === 'cold') return false;
	return own.some(file => file.path === path && file.identity === there.identity);
}

/** @throws StepError if the size of the disk has changed since the file was left. */
export function planReusedDisk({target, path, format}: LocalDisk, scene: DiskPlanContext, facts: Facts): ReusedDisk {
	const {definition, source, destination, own} = scene;
	const [here] = facts.of({kind: 'image', host: source, path, format});
	const [there] = facts.get({kind: 'image', host: destination, path, format}) ?? [];
	if (here === undefined) throw new Error('an image chain is never empty');
	demandPlain({target, path, format}, here, scene);
	if (there?.virtualBytes !== here.virtualBytes) {
		throw new StepError(
			`${definition.name}: ${path} has ${here.virtualBytes} bytes, but the file that the guest left on ${destination} has a different size`,
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
