import {failureOf} from '../../../shell/demand.ts';
import {destroy} from '../../../virsh/lifecycle.ts';
import {processOf} from '../../../virsh/migration/processes.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {contradictoryError, type ResolvedLocation, resolveGuestLocation} from './resolve-location.ts';

/**
 * Determines where the guest is, and completes a move whose source was not notified of its end. libvirt hands a guest
 * over in three steps: its memory has arrived, the destination resumes it, the source is notified. If the source's
 * daemon dies before the last step, the guest remains paused there forever. Since the destination runs the guest, the
 * process at the source is stale: it is ended, and its disks stay.
 *
 * @throws StuckError if the destination has no process of the guest, whatever libvirt reports.
 */
export async function confirmHandover(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	const settled = await resolveGuestLocation(move, context);
	if (settled.at !== 'handover-unconfirmed') return settled;
	if (!(await hasProcess(move.destination, move.uuid, context))) throw contradictoryError(move, settled);
	await context.run(destroy(move.source, move.uuid));
	return resolveGuestLocation(move, context);
}

/**
 * Verifies, before a guest is resumed at its source, that the destination has no process of it, whatever libvirt reports.
 *
 * @throws StuckError if it has.
 */
export async function requireAbsent(
	move: GuestMigration,
	settled: ResolvedLocation,
	context: StepContext,
): Promise<void> {
	if (await hasProcess(move.destination, move.uuid, context)) throw contradictoryError(move, settled);
}

/** Whether the host has a process of the guest, whatever libvirt reports. */
export async function hasProcess(host: string, uuid: string, context: StepContext): Promise<boolean> {
	const command = processOf(host, uuid);
	const outcome = await context.attempt(command);
	if (outcome.end !== 'exited' || outcome.code > 1) throw failureOf(command, outcome);
	return outcome.code === 0;
}
