import type {FactRequest, Facts} from '../../facts/facts.ts';
import {mayBeOneFile, type PathFact} from '../../files/stat.ts';

/** A file on one host, and the path where another host should have the same file. */
export type FilePair = {
	readonly source: string;
	readonly from: string;
	readonly destination: string;
	readonly place: string;
};

/** The file at the path: `different` if its content differs or cannot be compared. */
export type FileThere = 'absent' | 'same' | 'different';

/** The facts that `fileThere` requires. Contents are only read if the sizes are equal. */
export function fileRequests(pair: FilePair, facts: Facts): readonly FactRequest[] {
	const [hereRequest, thereRequest] = paths(pair);
	const [here, there] = [facts.get(hereRequest), facts.get(thereRequest)];
	if (here === undefined || there === undefined || !isWorthReading(here, there)) return [hereRequest, thereRequest];
	return [hereRequest, thereRequest, ...digests(pair)];
}

/** Whether the other host has the same file, byte for byte; undefined if unknown. */
export function fileThere(pair: FilePair, facts: Facts): FileThere | undefined {
	const [hereRequest, thereRequest] = paths(pair);
	const [here, there] = [facts.get(hereRequest), facts.get(thereRequest)];
	if (there?.type === 'absent') return 'absent';
	if (here === undefined || there === undefined) return undefined;
	if (here.type !== 'absent' && mayBeOneFile(here, there)) return 'same';
	if (!isWorthReading(here, there)) return 'different';
	const [digest, other] = digests(pair).map(request => facts.get(request));
	if (digest === undefined || other === undefined) return undefined;
	return digest === other ? 'same' : 'different';
}

function isWorthReading(here: PathFact, there: PathFact): boolean {
	if (here.type === 'absent' || there.type === 'absent' || mayBeOneFile(here, there)) return false;
	return here.type === there.type && here.bytes === there.bytes;
}

function paths({source, from, destination, place}: FilePair) {
	return [
		{kind: 'path', host: source, path: from},
		{kind: 'path', host: destination, path: place},
	] as const;
}

function digests({source, from, destination, place}: FilePair) {
	return [
		{kind: 'digest', host: source, path: from},
		{kind: 'digest', host: destination, path: place},
	] as const;
}
