import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * A job of a domain, from `domjobinfo --rawstats`. Values that libvirt does not report are omitted.
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
	/** Pages per second, of `pageBytes` each. */
	readonly memoryDirtyPages?: number;
	readonly pageBytes?: number;
	readonly iteration?: number;
	/** Pages requested by the destination. */
	readonly postcopyRequests?: number;
	/** Pages of a single repeated value, which are not sent. */
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

/** By the numbers of `--rawstats` (enum virDomainJobType). */
const types: readonly JobInfo['type'][] = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'];

/** The active job of a domain, on the source; a destination reports none. */
export function domjobinfo(host: string, uuid: string): Command {
	return virsh(host, 'read', domjobinfoArgs(uuid));
}

/** The subcommand for a batch. */
export function domjobinfoArgs(uuid: string): readonly string[] {
	return ['domjobinfo', '--domain', uuid, '--rawstats'];
}

/** The statistics of the last completed job. */
export function completedJob(host: string, uuid: string): Command {
	return virsh(host, 'read', completedJobArgs(uuid));
}

/** The last completed job, which both sides keep until their daemon ends, even after it was read. */
export function completedJobArgs(uuid: string): readonly string[] {
	return [...domjobinfoArgs(uuid), '--completed', '--keep-completed'];
}

/** Undefined for unexpected output: the domain does not exist, or the job has just ended. */
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
 * Whether a migration, or another job that excludes one, is active. An active job that is reported as cancelled, failed
 * or completed still holds the guest: its limits are restored last.
 */
export function isActiveJob(job: JobInfo | undefined): boolean {
	return job !== undefined && job.type !== 'none';
}
