import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import type {ObservedGuest} from './define-order.ts';

/** How long a command of libvirt's own may take to show. */
export const soonMs = 30_000;

export function isOff({entry}: Pick<ObservedGuest, 'entry'>): boolean {
	return entry.state === 'shut off';
}

/** Why a guest without a definition is not ended: libvirt would forget it. */
export function withoutDefinition({entry}: ObservedGuest): string | undefined {
	return entry.persistent ? undefined : 'it has no definition, so it would be gone';
}

/** Why a guest is not ended during a migration: a part of it is on another host, or may be. */
export function inMotion({entry, job}: ObservedGuest): string | undefined {
	return isActiveJob(job) || /^(migrating|starting up|post-copy)/.test(entry.reason)
		? 'it is being moved; virsh_domjobabort on its source ends that, where it can be ended'
		: undefined;
}
