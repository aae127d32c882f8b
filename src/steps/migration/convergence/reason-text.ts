import type {Reason} from './watch.ts';

/** Describes why a move was aborted, paused or switched to post-copy. */
export function reasonText(reason: Reason): string {
	switch (reason.kind) {
		case 'silent':
			return `no data${reason.phase === 'prepare' ? '' : ` of its ${reason.phase}`} was sent for ${seconds(reason.forMs)}`;
		case 'stalled':
			return `the guest dirties memory as fast as it is sent: for ${seconds(reason.forMs)}, until pass ${reason.pass}, no pass started with less than ${mib(reason.leftBytes)} remaining`;
		case 'late':
			return `its ${reason.phase} took more than ${seconds(reason.afterMs)}`;
	}
}

/** The remedy for the next attempt. */
export function reasonRemedy(reason: Reason): string {
	if (reason.kind === 'silent') return 'check the link between the hosts and the load of both';
	if (reason.phase === 'disks')
		return 'raise the time limit: deadline: {per_gib: …}; or use a faster link, or a time of low load';
	return 'throttle the guest: auto_converge: true; or allow a longer downtime: max_downtime: [300 ms, 1 s, 3 s]; or switch to post-copy: deadline: {then: postcopy}';
}

function seconds(milliseconds: number): string {
	return `${Math.round(milliseconds / 1000)} s`;
}

function mib(bytes: number): string {
	return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
