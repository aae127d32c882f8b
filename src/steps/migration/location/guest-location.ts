import type {DomainStatus} from '../../../virsh/domains.ts';
import {isActive} from '../../../virsh/states.ts';

/** The status of a guest on one host; undefined if the host does not have it. */
export type HostDomainStatus = DomainStatus | undefined;

/**
 * Where a guest is, according to both hosts (by UUID) when no job is active:
 *
 * - `source`: active there (running, or paused by an operator), and not active at the destination.
 * - `destination`: active there, and not active at the source.
 * - `paused-at-source`: paused by the migration at the source and absent at the destination; it may be resumed.
 * - `handover-unconfirmed`: running at the destination, but the source was not notified; its process there is stale.
 * - `incoming`: libvirt is still working on one of the hosts; query again.
 * - `postcopy-active`: running at the destination while its memory is still being sent from the source; wait.
 * - `postcopy-failed`: post-copy failed midway, and each host has a part of the guest. Neither process may be ended
 *   until the rest of its memory has been sent.
 * - `postcopy-lost-destination`: post-copy failed before the destination was notified. The guest is paused; its memory
 *   is complete at the source, in a process that QEMU does not allow to resume.
 * - `down`: its process has ended; it is defined at the source only.
 * - `contradictory`: active on both hosts or on neither, or only a part of it exists: an operator must decide.
 */
export type MoveState =
	| 'source'
	| 'destination'
	| 'paused-at-source'
	| 'handover-unconfirmed'
	| 'incoming'
	| 'postcopy-active'
	| 'postcopy-failed'
	| 'postcopy-lost-destination'
	| 'down'
	| 'contradictory';

/** The table of `docs/moving.md`, as a function. */
export function moveState(source: HostDomainStatus, destination: HostDomainStatus): MoveState {
	const there = active(destination);
	const here = active(source);
	if (here && inPostcopy(source, destination)) {
		if (!there) return 'contradictory';
		if (isPostcopyFailed(source) && heldByMigration(destination)) return 'postcopy-lost-destination';
		return [source, destination].some(isPostcopyFailed) ? 'postcopy-failed' : 'postcopy-active';
	}
	if (here && heldByMigration(source))
		return there ? (isHandedOver(source, destination) ? 'handover-unconfirmed' : 'contradictory') : 'paused-at-source';
	if (here && there) return heldByMigration(destination) ? 'incoming' : 'contradictory';
	if (here) return 'source';
	if (there) return heldByMigration(destination) ? 'incoming' : 'destination';
	return source !== undefined && destination === undefined ? 'down' : 'contradictory';
}

/**
 * Did libvirt start a process for an incoming guest that never ran an instruction? `starting up` ends with the first one.
 * A libvirtd that is killed at this moment loses the incoming migration, and keeps the process forever.
 */
export function isNeverStarted(sighting: HostDomainStatus): boolean {
	return sighting?.state === 'paused' && sighting.reason === 'starting up' && !sighting.persistent;
}

/** Describes the status of a guest on a host. */
export function statusText(host: string, sighting: HostDomainStatus): string {
	if (sighting === undefined) return `not defined on ${host}`;
	return `${sighting.state} (${sighting.reason}) on ${host}`;
}

function active(sighting: HostDomainStatus): boolean {
	return sighting !== undefined && isActive(sighting.state);
}

/** Paused by libvirt during a migration, not by an operator. */
function heldByMigration(sighting: HostDomainStatus): boolean {
	return sighting?.state === 'paused' && (sighting.reason === 'migrating' || sighting.reason === 'starting up');
}

/** The source waits for the confirmation, and libvirt at the destination runs the guest as migrated. */
function isHandedOver(source: HostDomainStatus, destination: HostDomainStatus): boolean {
	return source?.reason === 'migrating' && destination?.state === 'running' && destination.reason === 'migrated';
}

/** Post-copy is active or has failed, so the source does not have the complete guest. */
function inPostcopy(source: HostDomainStatus, destination: HostDomainStatus): boolean {
	return source?.state === 'paused' && [source, destination].some(one => /^post-copy/.test(one?.reason ?? ''));
}

/** This host reports that post-copy failed. */
export function isPostcopyFailed(sighting: HostDomainStatus): boolean {
	return sighting?.reason === 'post-copy failed';
}
