/** Domain states by libvirt's numbers (enum virDomainState). */
const states = [
	'no state',
	'running',
	'blocked',
	'paused',
	'in shutdown',
	'shut off',
	'crashed',
	'pmsuspended',
] as const;

export type DomainState = (typeof states)[number];

/** The relevant reasons, by state and number (enums virDomain…Reason). */
const reasons: Readonly<Record<string, Readonly<Record<number, string>>>> = {
	running: {
		1: 'booted',
		2: 'migrated',
		3: 'restored',
		5: 'unpaused',
		6: 'migration canceled',
		10: 'post-copy',
		11: 'post-copy failed',
	},
	paused: {1: 'user', 2: 'migrating', 5: 'I/O error', 11: 'starting up', 12: 'post-copy', 13: 'post-copy failed'},
	'shut off': {1: 'shutdown', 2: 'destroyed', 3: 'crashed', 4: 'migrated', 5: 'saved', 6: 'failed'},
};

/** The state of a number; `no state` for unknown numbers. */
export function stateOf(number: number): DomainState {
	return states[number] ?? 'no state';
}

/** The reason as printed by virsh, or its number if it is irrelevant here. */
export function reasonOf(state: DomainState, number: number): string {
	return reasons[state]?.[number] ?? String(number);
}

/** Whether a QEMU process of the guest exists. */
export function isActive(state: DomainState): boolean {
	return state !== 'shut off' && state !== 'crashed' && state !== 'no state';
}
