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
 * The guest has a whole life at its source, and at the destination a process that never began one: that one is ended.
 *
 * @throws StuckError when the destination's libvirt has no process of it and does not let go of it.
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
 * When the source breaks off as the destination has just begun to take the guest in, libvirt 9 can keep the job of that
 * for ever. A restart alone does not help: the job stands in the daemon's state file too. Other guests outlive the daemon.
 */
function locked({guest, source, destination}: GuestMigration): StuckError {
	const forget = quoteArgv(['rm', `/run/libvirt/qemu/${guest}.xml`]);
	return new StuckError(
		`${guest} is on ${source}; the libvirt of ${destination} began to take it in, has no process of it, and does not let go of it`,
		[
			`have that daemon forget it, all other guests run on: systemctl stop libvirtd && ${forget} && systemctl start libvirtd (on ${destination})`,
			'then clear away what was made there: vacate resume last',
		],
	);
}
