import type {Capabilities, Facts} from '../../../facts/facts.ts';
import type {ClusterHost} from '../../../placement/cluster.ts';
import {usualBytesPerSecond} from '../../../schedule/bandwidth.ts';
import {parseSize} from '../../../units/units.ts';
import type {PlanContext} from '../../step.ts';

/** How much of a host may be used by guests. */
export type HostTerms = {
	readonly overcommit?: {readonly memory?: number; readonly cpus?: number};
	readonly reserve?: string;
};

/** The default reserve of a host is 5 % of its memory, up to this size. */
const mostReservedKib = 2 * 1024 ** 2;

/**
 * A host for placement; undefined if it did not respond.
 *
 * @param comingKib Memory of all guests that may move to the host. If it fits, the exact amount of free memory is not
 * used: it changes constantly, and the same state must result in the same plan.
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

/** The speed of the NIC that has the migration address. */
function speedOf({links}: Capabilities, address: string | undefined): number {
	const own = links.find(({addresses}) => address !== undefined && addresses.includes(address));
	return own?.bytesPerSecond ?? usualBytesPerSecond;
}
