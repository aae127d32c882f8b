import {PrerequisiteError} from '../../errors.ts';
import type {LabHost} from '../layout.ts';
import {tool, tryTool} from '../tool.ts';

/** The limits of a host's link, in each direction. */
export type Speed = {readonly bytesPerSecond?: number; readonly delayMs?: number};

/** The maximum time that a packet waits in the queue. */
const queueMs = 400;

/** Both ends of a host's cable: received packets pass the first, sent packets the second. */
function ends({cable, namespace}: LabHost): readonly (readonly [tc: readonly [string, ...string[]], device: string])[] {
	return [
		[['tc'], cable],
		[['tc', '-n', namespace], 'eth0'],
	];
}

/**
 * Limits the rate of a host's link or delays its packets, replacing earlier limits.
 *
 * @throws PrerequisiteError if the kernel cannot delay packets.
 */
export async function slowLink(host: LabHost, {bytesPerSecond, delayMs}: Speed): Promise<void> {
	await freeLink(host);
	for (const [tc, device] of ends(host)) {
		const add = [...tc, 'qdisc', 'add', 'dev', device, 'root'] as const;
		if (delayMs === undefined) {
			if (bytesPerSecond !== undefined) await tool([...add, 'tbf', ...bucket(bytesPerSecond)]);
			continue;
		}
		const rate = bytesPerSecond === undefined ? [] : ['rate', `${bytesPerSecond * 8}bit`];
		if (await tryTool([...add, 'netem', 'delay', `${delayMs}ms`, ...rate])) continue;
		await freeLink(host);
		throw new PrerequisiteError(
			'this kernel cannot delay packets',
			'boot a kernel with sch_netem; --rate and --loss do not need it',
		);
	}
}

/** tc-tbf(8): the bucket holds the data of one tick of the slowest kernel clock (100 Hz), or one large packet. */
function bucket(bytesPerSecond: number): readonly string[] {
	const burst = Math.max(64 * 1024, Math.ceil(bytesPerSecond / 100));
	return ['rate', `${bytesPerSecond * 8}bit`, 'burst', `${burst}b`, 'latency', `${queueMs}ms`];
}

/** Removes all limits of a link. */
export async function freeLink(host: LabHost): Promise<void> {
	for (const [tc, device] of ends(host)) await tryTool([...tc, 'qdisc', 'del', 'dev', device, 'root']);
}

type Discipline = {
	readonly kind: string;
	readonly options?: {
		/** tbf: bytes per second. */
		readonly rate?: number | {readonly rate: number};
		/** netem: seconds. */
		readonly delay?: {readonly delay: number};
	};
};

/** Undefined if the link is not limited. */
export async function speedOf({cable}: LabHost): Promise<Speed | undefined> {
	const disciplines = JSON.parse(await tool(['tc', '-j', 'qdisc', 'show', 'dev', cable])) as readonly Discipline[];
	const limit = disciplines.find(({kind}) => kind === 'tbf' || kind === 'netem');
	if (limit === undefined) return undefined;
	const {rate, delay} = limit.options ?? {};
	const bytesPerSecond = typeof rate === 'object' ? rate.rate : rate;
	return {
		...(bytesPerSecond === undefined ? {} : {bytesPerSecond}),
		...(delay === undefined ? {} : {delayMs: Math.round(delay.delay * 1000)}),
	};
}
