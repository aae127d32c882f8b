/** Duration of the measurement: with a longer one, pages that are dirtied repeatedly would count for less. */
export const dirtyRateSeconds = 1;

/**
 * Starts a measurement of the dirty rate, without waiting. QEMU samples 512 pages per GiB,
 * so the rate is approximate and tends to be too low. This is the default `--mode`.
 * `dirty-bitmap` is never used: seen on QEMU 7.2, it terminates guests that run without KVM.
 */
export function countDirtyArgs(uuid: string): readonly string[] {
	return ['domdirtyrate-calc', '--domain', uuid, '--seconds', String(dirtyRateSeconds)];
}

export function dirtyRateArgs(uuid: string): readonly string[] {
	return ['domstats', '--raw', '--dirtyrate', '--domain', uuid];
}

/** Bytes per second; `counting` during the measurement, `null` without one. */
export function parseDirtyRate(answer: string): number | 'counting' | null {
	const status = /^ *dirtyrate\.calc_status=(\d)$/m.exec(answer)?.[1];
	if (status === '1') return 'counting';
	const mib = /^ *dirtyrate\.megabytes_per_second=(\d+)$/m.exec(answer)?.[1];
	return status === '2' && mib !== undefined ? Number(mib) * 1024 ** 2 : null;
}
