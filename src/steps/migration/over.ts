import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {Definition} from '../../virsh/dumpxml.ts';
import {copiedDisks, type FileDisk} from './disks.ts';

/** A file of the destination that may be written over, as long as it is this one: see `files/stat.ts`. */
export type OwnFile = {readonly path: string; readonly identity: string};

/** A disk that is copied into the file that it has left at the destination when it went. */
export type DiskOver = OwnFile & {readonly target: string; readonly dataBytes: number};

/** The readings that `planOver` needs beside those of `planDisks`. */
export function overRequests(definition: Definition | undefined, destination: string): readonly FactRequest[] {
	return (definition === undefined ? [] : copiedDisks(definition)).map(
		({path, format}) => ({kind: 'image', host: destination, path, format}) as const,
	);
}

/** Is the file in the place of the copy one that may be written over? */
export function isOver({path}: FileDisk, own: readonly OwnFile[], destination: string, facts: Facts): boolean {
	const there = facts.of({kind: 'path', host: destination, path});
	return there.type !== 'absent' && own.some(file => file.path === path && file.identity === there.identity);
}

/** @throws StepError when the file that was left has another size than the disk has now. */
export function planOver(
	{target, path, format}: FileDisk,
	guest: string,
	source: string,
	destination: string,
	own: readonly OwnFile[],
	facts: Facts,
): DiskOver {
	const [here] = facts.of({kind: 'image', host: source, path, format});
	const [there] = facts.get({kind: 'image', host: destination, path, format}) ?? [];
	if (here === undefined) throw new Error('an image chain is never empty');
	if (there?.virtualBytes !== here.virtualBytes) {
		throw new StepError(
			`${guest}: ${path} has ${here.virtualBytes} bytes, and the file that it left on ${destination} has not`,
			`move ${path} away (on ${destination})`,
			{retry: 'never'},
		);
	}
	const identity = own.find(file => file.path === path)?.identity ?? '';
	return {target, path, identity, dataBytes: here.actualBytes};
}
