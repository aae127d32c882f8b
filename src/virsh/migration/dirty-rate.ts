/** How long libvirt counts: in a longer time the pages that a guest changes again and again count for less. */
export const dirtyRateSeconds = 1;

/**
 * Makes libvirt count how fast a guest changes its memory; answers at once. QEMU looks at samples, 512 pages of each GiB,
 * so the figure is a rough one, and too low rather than too high. That is what it does when no `--mode` is given.
 * `dirty-bitmap` is never asked for: seen on QEMU 7.2, it ends a guest that runs without KVM.
 */
export function countDirtyArgs(uuid: string): readonly string[] {
	return ['domdirtyrate-calc', '--domain', uuid, '--seconds', String(dirtyRateSeconds)];
}

export function dirtyRateArgs(uuid: string): readonly string[] {
	return ['domstats', '--raw', '--dirtyrate', '--domain', uuid];
}

/** Bytes a second; `counting` while libvirt does, `null` where it has not counted. */
export function parseDirtyRate(answer: string): number | 'counting' | null {
	const status = /^ *dirtyrate\.calc_status=(\d)$/m.exec(answer)?.[1];
	if (status === '1') return 'counting';
	const mib = /^ *dirtyrate\.megabytes_per_second=(\d+)$/m.exec(answer)?.[1];
	return status === '2' && mib !== undefined ? Number(mib) * 1024 ** 2 : null;
}
