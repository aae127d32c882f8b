import type {Capabilities, Facts} from '../../../facts/facts.ts';
import type {ClusterHost} from '../../../placement/cluster.ts';
import {usualBytesPerSecond} from '../../../schedule/bandwidth.ts';
import {parseSize} from '../../../units/units.ts';
import type {PlanContext} from '../../step.ts';

/** How much of a host may be given to guests. */
export type HostTerms = {
	readonly overcommit?: {readonly memory?: number; readonly cpus?: number};
	readonly reserve?: string;
};

/** What is kept for the host itself when nobody says: a twentieth, and this at most. */
const mostReservedKib = 2 * 1024 ** 2;

/**
 * A host as placement sees it; undefined while it does not answer.
 *
 * @param comingKib What all that may come takes. While that fits into what is free, how much exactly is free decides
 * nothing: it changes from moment to moment, and the same world shall give the same plan.
 */
export function hostOf(
	name: string,
	at: PlanContext,
	facts: Facts,
	{overcommit, reserve}: HostTerms,
	comingKib: number,
): ClusterHost | undefined {
	const memory = facts.get({kind: 'host', host: name});
	const survey = facts.get({kind: 'capabilities', host: name});
	if (memory === undefined || survey === undefined) return undefined;
	const {memoryKib, availableKib} = memory;
	const reserveKib =
		reserve === undefined
			? Math.min(mostReservedKib, Math.floor(memoryKib / 20))
			: Math.ceil(parseSize(reserve) / 1024);
	const peer = at.peer(name);
	return {
		name,
		...(peer?.zone === undefined ? {} : {zone: peer.zone}),
		memoryKib,
		freeKib: availableKib - reserveKib >= comingKib ? memoryKib : availableKib,
		reserveKib,
		memoryOvercommit: overcommit?.memory ?? 1,
		cpus: survey.cpus,
		cpuOvercommit: overcommit?.cpus ?? 16,
		pools: survey.mounts.map(({path, freeBytes}) => ({path, freeBytes})),
		storages: [],
		bytesPerSecond: peer?.bytesPerSecond ?? speedOf(survey, peer?.address),
	};
}

/** The card that has the address for migrations says how fast it is. */
function speedOf({links}: Capabilities, address: string | undefined): number {
	const own = links.find(({addresses}) => address !== undefined && addresses.includes(address));
	return own?.bytesPerSecond ?? usualBytesPerSecond;
}
