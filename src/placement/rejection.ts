/** Why a host does not take a guest. Memory in KiB. */
export type Rejection =
	| {readonly code: 'closed'; readonly reason: string}
	/** The guest is there now and should leave. */
	| {readonly code: 'own'}
	| {readonly code: 'pinned'; readonly to: readonly string[]}
	| {readonly code: 'excluded'}
	| {readonly code: 'obstacle'; readonly reasons: readonly string[]}
	/** A single guest has more virtual CPUs than the host has physical ones. */
	| {readonly code: 'vcpus'; readonly vcpus: number; readonly cpus: number}
	/** No pool of the host contains the path. */
	| {readonly code: 'no_pool'; readonly path: string}
	/** A hard rule requires it to join guests that stay elsewhere, or both to join and to avoid the same guests. */
	| {readonly code: 'together' | 'apart'; readonly rule: string}
	| {readonly code: 'memory'; readonly needKib: number; readonly freeKib: number}
	| {readonly code: 'cpus'; readonly need: number; readonly free: number}
	| {readonly code: 'space'; readonly pool: string; readonly needBytes: number; readonly freeBytes: number}
	/** With the guest, the destinations could not take over the guests of a failed one. */
	| {readonly code: 'headroom'}
	/** It would fit, but the host would be fuller than the fullest destination is now. Shares of 1. */
	| {readonly code: 'fuller'; readonly share: number; readonly highest: number}
	/** It would fit, but without an advantage: soft rules, slow links or the host name decided. */
	| {readonly code: 'no_better'};

/** The rejection as a phrase that follows the host's name and a colon. */
export function rejectionText(rejection: Rejection): string {
	switch (rejection.code) {
		case 'closed':
			return rejection.reason;
		case 'own':
			return 'the guest is on this host now';
		case 'pinned':
			return `the guest is pinned to ${rejection.to.join(', ')}`;
		case 'excluded':
			return 'the guest must not move to this host';
		case 'obstacle':
			return rejection.reasons.join('; ');
		case 'vcpus':
			return `the guest has ${rejection.vcpus} virtual CPUs, the host has ${rejection.cpus} CPUs`;
		case 'no_pool':
			return `no storage pool contains ${rejection.path}`;
		case 'together':
			return `rule ${rejection.rule} requires it to be with guests on other hosts`;
		case 'apart':
			return `rule ${rejection.rule} keeps it apart from a guest on this host`;
		case 'memory':
			return `${mebibytes(rejection.needKib)} of memory needed, ${mebibytes(rejection.freeKib)} free`;
		case 'cpus':
			return `${rejection.need} CPUs needed, ${rejection.free} free`;
		case 'space':
			return `${gibibytes(rejection.needBytes)} needed in ${rejection.pool}, ${gibibytes(rejection.freeBytes)} free`;
		case 'headroom':
			return 'the remaining destinations could not take over the guests of a failed one';
		case 'fuller':
			return `the host would be ${percent(rejection.share)} full; no destination exceeds ${percent(rejection.highest)}`;
		case 'no_better':
			return 'the guest would fit, but the host is no better choice';
	}
}

function mebibytes(kib: number): string {
	return `${Math.ceil(Math.max(0, kib) / 1024)} MiB`;
}

function gibibytes(bytes: number): string {
	return `${(Math.max(0, bytes) / 1024 ** 3).toFixed(1)} GiB`;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}
