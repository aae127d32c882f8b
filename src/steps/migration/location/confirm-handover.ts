import {failureOf} from '../../../shell/demand.ts';
import {destroy} from '../../../virsh/lifecycle.ts';
import {processOf} from '../../../virsh/migration/processes.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {contradictoryError, type ResolvedLocation, resolveGuestLocation} from './resolve-location.ts';

/**
 * Where the guest is, and brings a move to its end that the source never heard the end of. libvirt hands a guest over in
 * three parts: its memory is there, the destination lets it run, the source is told. When the source's daemon dies before
 * the last, it keeps the guest paused for ever, and leaves it to others to say what became of it. The destination runs it,
 * so what the source has is the guest of a moment ago: that process is ended, its disks stay.
 *
 * @throws StuckError when the destination has no process for it, whatever its libvirt says.
 */
export async function confirmHandover(move: GuestMigration, context: StepContext): Promise<ResolvedLocation> {
	const settled = await resolveGuestLocation(move, context);
	if (settled.at !== 'handover-unconfirmed') return settled;
	if (!(await hasProcess(move.destination, move.uuid, context))) throw contradictoryError(move, settled);
	await context.run(destroy(move.source, move.uuid));
	return resolveGuestLocation(move, context);
}

/**
 * Before a guest may run at its source again: the destination has no process for it, whatever its libvirt says.
 *
 * @throws StuckError when it has.
 */
export async function requireAbsent(
	move: GuestMigration,
	settled: ResolvedLocation,
	context: StepContext,
): Promise<void> {
	if (await hasProcess(move.destination, move.uuid, context)) throw contradictoryError(move, settled);
}

/** Has the host a process of the guest, whatever its libvirt says? */
export async function hasProcess(host: string, uuid: string, context: StepContext): Promise<boolean> {
	const command = processOf(host, uuid);
	const outcome = await context.attempt(command);
	if (outcome.end !== 'exited' || outcome.code > 1) throw failureOf(command, outcome);
	return outcome.code === 0;
}
