/** Why a host does not take a guest. Memory in KiB. */
export type Rejection =
	| {readonly code: 'closed'; readonly reason: string}
	/** It is there now, and shall leave. */
	| {readonly code: 'own'}
	| {readonly code: 'pinned'; readonly to: readonly string[]}
	| {readonly code: 'excluded'}
	| {readonly code: 'obstacle'; readonly reasons: readonly string[]}
	/** One guest has more virtual CPUs than the host has real ones. */
	| {readonly code: 'vcpus'; readonly vcpus: number; readonly cpus: number}
	/** No pool of the host holds the path. */
	| {readonly code: 'no_pool'; readonly path: string}
	/** A hard rule wants it with guests that stay elsewhere, or both with and apart from the same guest. */
	| {readonly code: 'together' | 'apart'; readonly rule: string}
	| {readonly code: 'memory'; readonly needKib: number; readonly freeKib: number}
	| {readonly code: 'cpus'; readonly need: number; readonly free: number}
	| {readonly code: 'space'; readonly pool: string; readonly needBytes: number; readonly freeBytes: number}
	/** With it, the destinations could not take over the guests of one that fails. */
	| {readonly code: 'headroom'}
	/** It would fit; the host would be fuller than the fullest destination is now. Shares of 1. */
	| {readonly code: 'fuller'; readonly share: number; readonly highest: number}
	/** It would fit, and be no better: soft rules and slow links decided, or the host's name. */
	| {readonly code: 'no_better'};

/** The rejection as the end of the sentence `kvm2 does not take it: `. */
export function rejectionText(rejection: Rejection): string {
	switch (rejection.code) {
		case 'closed':
			return rejection.reason;
		case 'own':
			return 'it is there now';
		case 'pinned':
			return `it is pinned to ${rejection.to.join(', ')}`;
		case 'excluded':
			return 'it must not go there';
		case 'obstacle':
			return rejection.reasons.join('; ');
		case 'vcpus':
			return `it has ${rejection.vcpus} virtual CPUs, and the host only ${rejection.cpus}`;
		case 'no_pool':
			return `no storage pool there holds ${rejection.path}`;
		case 'together':
			return `the rule ${rejection.rule} wants it with guests that are not there`;
		case 'apart':
			return `the rule ${rejection.rule} keeps it apart from a guest there`;
		case 'memory':
			return `it needs ${mebibytes(rejection.needKib)} of memory, and ${mebibytes(rejection.freeKib)} are free`;
		case 'cpus':
			return `it needs ${rejection.need} CPUs, and ${rejection.free} are free`;
		case 'space':
			return `it needs ${gibibytes(rejection.needBytes)} in ${rejection.pool}, and ${gibibytes(rejection.freeBytes)} are free`;
		case 'headroom':
			return 'the destinations could then not take over the guests of one that fails';
		case 'fuller':
			return `the host would be ${percent(rejection.share)} full, and none is more than ${percent(rejection.highest)}`;
		case 'no_better':
			return 'it would fit, and be no better';
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
