import type {DomainStatus} from '../../../virsh/domains.ts';
import {isActive} from '../../../virsh/states.ts';

/** What one host says of a guest; undefined when the host does not know it. */
export type HostSighting = DomainStatus | undefined;

/**
 * Where a guest is, by what both hosts say of its UUID once no job runs any more:
 *
 * - `source`: it runs there, or is paused as somebody wanted, and nothing is active at the destination.
 * - `destination`: the same the other way round.
 * - `paused-at-source`: paused by the migration at the source and proven absent at the destination; it may be resumed.
 * - `handover-unconfirmed`: it runs at the destination, and the source was never told; what it has there is stale.
 * - `incoming`: libvirt is still at it on one of the hosts; ask again.
 * - `postcopy-active`: in post-copy it runs at the destination, and its memory is still coming from the source; wait.
 * - `postcopy-failed`: post-copy has failed in the middle. It lives on both hosts together: both stay as they are until the
 *   rest of its memory has been sent.
 * - `postcopy-lost-destination`: post-copy has failed before the destination heard of it. It ran on nowhere; its memory is
 *   whole at the source, in a process that QEMU lets nobody resume.
 * - `down`: it runs nowhere any more, and only the source knows it: its process has ended.
 * - `contradictory`: active on both, or on neither, or only a part of it is left: only a person may decide.
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
export function moveState(source: HostSighting, destination: HostSighting): MoveState {
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
 * Did libvirt begin a process for an incoming guest that never ran an instruction? `starting up` ends with the first one.
 * A libvirtd that is killed in this moment forgets that a migration was coming in, and keeps the process for ever.
 */
export function isNeverStarted(sighting: HostSighting): boolean {
	return sighting?.state === 'paused' && sighting.reason === 'starting up' && !sighting.persistent;
}

/** A host's word on a guest, for people. */
export function statusText(host: string, sighting: HostSighting): string {
	if (sighting === undefined) return `${host} does not know it`;
	return `${sighting.state} (${sighting.reason}) on ${host}`;
}

function active(sighting: HostSighting): boolean {
	return sighting !== undefined && isActive(sighting.state);
}

/** Paused not by a person but by libvirt, in the middle of a migration. */
function heldByMigration(sighting: HostSighting): boolean {
	return sighting?.state === 'paused' && (sighting.reason === 'migrating' || sighting.reason === 'starting up');
}

/** The source waits for word, and libvirt at the destination has let it run as what has come by a migration. */
function isHandedOver(source: HostSighting, destination: HostSighting): boolean {
	return source?.reason === 'migrating' && destination?.state === 'running' && destination.reason === 'migrated';
}

/** Its memory is on its way, or was when that failed: what the source has is not the whole guest. */
function inPostcopy(source: HostSighting, destination: HostSighting): boolean {
	return source?.state === 'paused' && [source, destination].some(one => /^post-copy/.test(one?.reason ?? ''));
}

/** Its post-copy has failed, and this host knows. */
export function isPostcopyFailed(sighting: HostSighting): boolean {
	return sighting?.reason === 'post-copy failed';
}
