import type {FactRequest, Facts} from '../../facts/facts.ts';
import {mayBeOneFile, type PathFact} from '../../files/stat.ts';

/** A file of one host, and the place where another should have the same. */
export type FilePair = {
	readonly source: string;
	readonly from: string;
	readonly destination: string;
	readonly place: string;
};

/** What is at the place: `different` is a file with other content, or one that cannot be compared. */
export type FileThere = 'absent' | 'same' | 'different';

/** The readings that `fileThere` needs. Content is read only where both files have the same size. */
export function fileRequests(pair: FilePair, facts: Facts): readonly FactRequest[] {
	const [hereRequest, thereRequest] = paths(pair);
	const [here, there] = [facts.get(hereRequest), facts.get(thereRequest)];
	if (here === undefined || there === undefined || !isWorthReading(here, there)) return [hereRequest, thereRequest];
	return [hereRequest, thereRequest, ...digests(pair)];
}

/** Has the other host the same file, byte for byte? Undefined where that was not read. */
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
