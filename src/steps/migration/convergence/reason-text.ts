import type {Reason} from './watch.ts';

/** Why a move was not left to itself, in words. */
export function reasonText(reason: Reason): string {
	switch (reason.kind) {
		case 'silent':
			return `nothing${reason.phase === 'prepare' ? '' : ` of its ${reason.phase}`} was sent for ${seconds(reason.forMs)}`;
		case 'stalled':
			return `it changes memory as fast as it is sent: for ${seconds(reason.forMs)} no pass began with less than ${mib(reason.leftBytes)}, and this was pass ${reason.pass}`;
		case 'late':
			return `its ${reason.phase} took more than ${seconds(reason.afterMs)}`;
	}
}

/** What would help the next time. */
export function reasonRemedy(reason: Reason): string {
	if (reason.kind === 'silent') return 'look at the link between the two hosts, and at the load of both';
	if (reason.phase === 'disks') return 'give it more time: deadline: {per_gib: …}; or a faster link, or a quiet hour';
	return 'let it slow down: auto_converge: true; or stand still longer: max_downtime: [300 ms, 1 s, 3 s]; or finish anyway: deadline: {then: postcopy}';
}

function seconds(milliseconds: number): string {
	return `${Math.round(milliseconds / 1000)} s`;
}

function mib(bytes: number): string {
	return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
