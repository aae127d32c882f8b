import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * A job of a domain, from `domjobinfo --rawstats`. Every figure is left out while libvirt does not give it.
 * Source of the keys: libvirt's `virDomainGetJobStats`, seen on libvirt 9.0.
 */
export type JobInfo = {
	readonly type: 'none' | 'bounded' | 'unbounded' | 'completed' | 'failed' | 'cancelled';
	readonly elapsedMs?: number;
	readonly downtimeMs?: number;
	readonly downtimeNetMs?: number;
	readonly setupMs?: number;
	readonly dataTotalBytes?: number;
	readonly dataProcessedBytes?: number;
	readonly dataRemainingBytes?: number;
	readonly memoryTotalBytes?: number;
	readonly memoryProcessedBytes?: number;
	readonly memoryRemainingBytes?: number;
	readonly memoryBytesPerSecond?: number;
	/** Pages a second, of `pageBytes` each. */
	readonly memoryDirtyPages?: number;
	readonly pageBytes?: number;
	readonly iteration?: number;
	/** Pages that the destination had to ask for. */
	readonly postcopyRequests?: number;
	/** Pages of one value throughout, which are not sent. */
	readonly constantPages?: number;
	readonly normalPages?: number;
	readonly diskTotalBytes?: number;
	readonly diskProcessedBytes?: number;
	readonly diskRemainingBytes?: number;
	readonly diskBytesPerSecond?: number;
	readonly autoConvergeThrottlePercent?: number;
};

const keys = {
	time_elapsed: 'elapsedMs',
	downtime: 'downtimeMs',
	downtime_net: 'downtimeNetMs',
	setup_time: 'setupMs',
	data_total: 'dataTotalBytes',
	data_processed: 'dataProcessedBytes',
	data_remaining: 'dataRemainingBytes',
	memory_total: 'memoryTotalBytes',
	memory_processed: 'memoryProcessedBytes',
	memory_remaining: 'memoryRemainingBytes',
	memory_bps: 'memoryBytesPerSecond',
	memory_dirty_rate: 'memoryDirtyPages',
	memory_page_size: 'pageBytes',
	memory_iteration: 'iteration',
	memory_postcopy_requests: 'postcopyRequests',
	memory_constant: 'constantPages',
	memory_normal: 'normalPages',
	disk_total: 'diskTotalBytes',
	disk_processed: 'diskProcessedBytes',
	disk_remaining: 'diskRemainingBytes',
	disk_bps: 'diskBytesPerSecond',
	auto_converge_throttle: 'autoConvergeThrottlePercent',
} as const satisfies Record<string, keyof JobInfo>;

/** By the numbers that `--rawstats` gives (enum virDomainJobType). */
const types: readonly JobInfo['type'][] = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'];

/** The running job of a domain, on the source; a destination only says that it has none to tell of. */
export function domjobinfo(host: string, uuid: string): Command {
	return virsh(host, 'read', domjobinfoArgs(uuid));
}

/** The same as a subcommand of a batch. */
export function domjobinfoArgs(uuid: string): readonly string[] {
	return ['domjobinfo', '--domain', uuid, '--rawstats'];
}

/** What was known of the job that ended last. */
export function completedJob(host: string, uuid: string): Command {
	return virsh(host, 'read', completedJobArgs(uuid));
}

/** The job that ended last, which either side remembers until its daemon ends; reading does not forget it. */
export function completedJobArgs(uuid: string): readonly string[] {
	return [...domjobinfoArgs(uuid), '--completed', '--keep-completed'];
}

/** Undefined for an answer that is not one: no such domain, or a job that ended in between. */
export function parseJob(stdout: string): JobInfo | undefined {
	const type = types[Number(/^Job type: *(\d+)/m.exec(stdout)?.[1] ?? -1)];
	if (type === undefined) return undefined;
	const figures: Record<string, number> = {};
	for (const [, key = '', value] of stdout.matchAll(/^([a-z_]+): *(\d+)$/gm)) {
		const name = (keys as Readonly<Record<string, string>>)[key];
		if (name !== undefined) figures[name] = Number(value);
	}
	return {type, ...figures};
}

/**
 * Is a migration, or anything else that excludes one, going on? A running job that tells itself to be cancelled, failed
 * or completed has not let go of the guest yet: its limits are put back last.
 */
export function isActiveJob(job: JobInfo | undefined): boolean {
	return job !== undefined && job.type !== 'none';
}
