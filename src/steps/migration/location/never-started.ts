import {StuckError} from '../../../errors.ts';
import {failureOf} from '../../../shell/demand.ts';
import {quoteArgv} from '../../../shell/quote.ts';
import {destroy} from '../../../virsh/lifecycle.ts';
import {isActive} from '../../../virsh/states.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {hasProcess} from './confirm-handover.ts';
import {isNeverStarted} from './guest-location.ts';
import {type ResolvedLocation, resolveGuestLocation} from './resolve-location.ts';

/**
 * Ends the destination's process of a guest that is active at its source and never ran at the destination.
 *
 * @throws StuckError when libvirt at the destination has no process of the guest and keeps its job.
 */
export async function endNeverStarted(
	move: GuestMigration,
	settled: ResolvedLocation,
	context: StepContext,
): Promise<ResolvedLocation> {
	const {at, source, destination} = settled;
	const lives = source !== undefined && isActive(source.state);
	if (at !== 'incoming' || !lives || !isNeverStarted(destination)) return settled;
	const command = destroy(move.destination, move.uuid);
	const outcome = await context.attempt(command);
	if (outcome.end === 'exited' && outcome.code === 0) return resolveGuestLocation(move, context);
	const isLocked = outcome.end === 'exited' && outcome.stderr.includes('cannot acquire state change lock');
	if (isLocked && !(await hasProcess(move.destination, move.uuid, context))) throw locked(move);
	throw failureOf(command, outcome);
}

/**
 * If the source aborts just after the destination started to receive the guest, libvirt 9 can keep the incoming job
 * forever. A restart alone does not help, since the job is in the daemon's state file. Other guests keep running
 * without the daemon.
 */
function locked({guest, source, destination}: GuestMigration): StuckError {
	const forget = quoteArgv(['rm', `/run/libvirt/qemu/${guest}.xml`]);
	return new StuckError(
		`${guest} is on ${source}; libvirt on ${destination} keeps an incoming migration job for the guest that has no process`,
		[
			`discard the job (other guests keep running): systemctl stop libvirtd && ${forget} && systemctl start libvirtd (on ${destination})`,
			'then remove the files created there: vacate resume last',
		],
	);
}
