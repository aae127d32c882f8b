import {autostart, resume, undefine} from '../../virsh/lifecycle.ts';
import {setMaxDowntime} from '../../virsh/migration/convergence.ts';
import {domjobabort} from '../../virsh/migration/domjobabort.ts';
import {isActiveJob} from '../../virsh/migration/domjobinfo.ts';
import {type MigrateOptions, migrate} from '../../virsh/migration/migrate.ts';
import {endVirsh} from '../../virsh/migration/processes.ts';
import type {StepContext} from '../step.ts';
import {follow, readJob} from './convergence/follow.ts';
import {despiteCordon} from './cordon-pass.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import {xmlBackCommands} from './disks/xml-files.ts';
import {confirmHandover, requireAbsent} from './location/confirm-handover.ts';
import {endNeverStarted} from './location/never-started.ts';
import {
	contradictoryError,
	postcopyFailedError,
	type ResolvedLocation,
	resolveGuestLocation,
} from './location/resolve-location.ts';
import {dataAddress, type GuestMigration, libvirtUri} from './move.ts';
import {withRelay} from './with-relay.ts';

/**
 * Restores the guest at its source, whatever the outcome of its migration: aborts a migration in progress, moves the guest
 * back if it has arrived, resumes it if libvirt left it paused and it is proven absent at the destination, and ends
 * a process at the destination that never ran it.
 *
 * @throws StuckError if the guest is active on both hosts or on neither.
 */
export async function returnToSource(
	move: GuestMigration,
	options: MigrateOptions,
	context: StepContext,
): Promise<void> {
	await endMigration(move, context);
	const settled = await endNeverStarted(move, await confirmHandover(move, context), context);
	switch (settled.at) {
		case 'source':
			if (wasSuspended(move, settled)) await context.run(resume(move.source, move.uuid));
			break;
		case 'paused-at-source':
			await requireAbsent(move, settled, context);
			await context.run(resume(move.source, move.uuid));
			break;
		case 'destination':
			await moveBack(move, options, context);
			if (move.pausedThere === true && !move.paused) await context.run(resume(move.source, move.uuid));
			break;
		case 'postcopy-failed':
			throw postcopyFailedError(move, settled, migrate({...options, ...pathOf(move, options), postcopy_resume: true}));
		default:
			throw contradictoryError(move, settled);
	}
	if (options.p2p !== true) await context.attempt(endVirsh(move.source, move.uuid));
	if (move.downtimeBeforeMs !== undefined) {
		await context.run(setMaxDowntime(move.source, move.uuid, move.downtimeBeforeMs));
	}
	await restoreDefinitions(move, context);
}

/** Whether this move paused the guest to send its memory. */
function wasSuspended({paused, convergence}: GuestMigration, {source}: ResolvedLocation): boolean {
	return !paused && convergence?.timeoutAction === 'suspend' && source?.state === 'paused';
}

/** Restores the original disk paths of the definition for moving back. */
export async function removeXmlFiles(move: GuestMigration, disks: DiskPlan, context: StepContext): Promise<void> {
	const commands = xmlBackCommands(move.destination, move.uuid, disks);
	if (commands.length === 0) return;
	const settled = await resolveGuestLocation(move, context);
	if (settled.at === 'destination') for (const command of commands) await context.run(command);
}

async function endMigration(move: GuestMigration, context: StepContext): Promise<void> {
	if (!isActiveJob(await readJob(move.source, move.uuid, context))) return;
	// It may end at this moment, with either result, which is determined afterwards.
	await context.attempt(domjobabort(move.source, move.uuid));
}

async function moveBack(move: GuestMigration, options: MigrateOptions, context: StepContext): Promise<void> {
	// Without time limits.
	const {convergence: _, pausedThere: __, ...rest} = move;
	const back: GuestMigration = {
		...rest,
		source: move.destination,
		destination: move.source,
		peer: move.home,
		home: move.peer,
	};
	// Options specific to the destination do not apply to the source.
	const {
		listen_address: _address,
		disks_port: _port,
		tls_destination: _name,
		disks_uri: _disks,
		graphics_uri: _graphics,
		suspend: _suspend,
		dname,
		...both
	} = options;
	const command = migrate({
		...both,
		...pathOf(back, options),
		...(dname === undefined ? {} : {dname: move.guest}),
		persistent: move.persistent,
		undefine_source: !move.definedThere,
	});
	await despiteCordon({host: move.source, uuid: move.uuid}, context, () =>
		withRelay(back, context, async () => {
			const running = context.run(command);
			await Promise.all([running, follow(back, context, running)]);
		}),
	);
	const settled = await resolveGuestLocation(back, context);
	if (settled.at !== 'destination') throw contradictoryError(back, settled);
}

function pathOf(move: GuestMigration, options: MigrateOptions) {
	return {source: move.source, uuid: move.uuid, desturi: libvirtUri(move), ...dataAddress(move.peer, options)};
}

/** When the last steps of a migration fail, libvirt can leave a definition at the destination, and loses autostart. */
async function restoreDefinitions(move: GuestMigration, context: StepContext): Promise<void> {
	const {source, destination} = await resolveGuestLocation(move, context);
	if (destination !== undefined && !move.definedThere) await context.run(undefine(move.destination, move.uuid));
	if (source?.autostart === false && move.autostart) await context.run(autostart(move.source, move.uuid));
}
