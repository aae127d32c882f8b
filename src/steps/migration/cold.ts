import {CommandError, InterruptedError, StepError, StuckError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import {autostart, shutdown, start, undefine} from '../../virsh/lifecycle.ts';
import {type Migration, migrate} from '../../virsh/migration/migrate.ts';
import {isActive} from '../../virsh/states.ts';
import {recordCommands} from '../kept/left-disks.ts';
import {identify, type MadeImage} from '../qemu-img/images.ts';
import type {GuestLocation, GuestMove, StepContext} from '../step.ts';
import {despiteCordon} from './cordon-pass.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import {
	insertCommands,
	madeBy,
	prepare,
	prepareCommands,
	tidyCommands,
	unprepare,
	verifyMedia,
} from './disks/prepare.ts';
import {xmlBackCommands, xmlOptions} from './disks/xml-files.ts';
import {failureReason} from './failure-reason.ts';
import {type HostDomainStatus, statusText} from './location/guest-location.ts';
import {askBoth, domainStatusOf} from './location/resolve-location.ts';
import {type GuestMigration, libvirtUri} from './move.ts';
import {paramsOfShutdown, type Shutdown, shutDown} from './shutdown.ts';
import {awaitShutdown, bringDisksBack, startAgain} from './stopped-guest.ts';
import {withRelay} from './with-relay.ts';

/** A move of a guest that is shut off: its disks are copied first, then its definition is moved. */
export type ColdMove = {
	readonly mode: 'cold';
	readonly move: GuestMigration;
	readonly disks: DiskPlan;
	readonly p2p: boolean;
	/** For a running guest: shut it down first, and start it at the destination. */
	readonly stop?: Shutdown;
};

/** Run last, so that the source keeps everything until then; a guest that was shut down starts when all else is done. */
function definitionCommands({move, disks, p2p, stop}: ColdMove): readonly [Command, ...Command[]] {
	const {source, destination, uuid} = move;
	return [
		migrate({...offline(p2p, disks), source, uuid, desturi: libvirtUri(move)}),
		...insertCommands(move, disks),
		...(move.autostart ? [autostart(destination, uuid)] : []),
		...(move.persistentHere ? [] : [undefine(source, uuid)]),
		...recordCommands(move, disks.leaves),
		...(stop === undefined ? [] : [start(destination, uuid)]),
	];
}

function offline(p2p: boolean, disks: DiskPlan): Omit<Migration, 'source' | 'uuid' | 'desturi'> {
	return {offline: true, p2p, persistent: true, ...xmlOptions(disks, true)};
}

export function coldCommands(cold: ColdMove): readonly Command[] {
	const {move, disks, stop} = cold;
	const stopping = stop === undefined ? [] : [shutdown(move.source, move.uuid)];
	return [...prepareCommands(move, disks, stopping), ...definitionCommands(cold), ...tidyCommands(move, disks)];
}

export async function moveCold(cold: ColdMove, context: StepContext): Promise<readonly MadeImage[]> {
	const {move} = cold;
	const images = await prepareStopped(cold, context);
	const [source] = await look(move, context);
	if (source?.state !== 'shut off') {
		throw new StepError(
			`${move.guest} was started while its disks were being copied: ${statusText(move.source, source)}`,
			`remove offline from the task to move the guest live, or shut it down: virsh shutdown ${move.uuid} (on ${move.source})`,
		);
	}
	const [handOver, ...rest] = definitionCommands(cold);
	await withRelay(cold.move, context, async () => {
		const begun = context.now();
		await context.run(handOver).catch(async (error: unknown) => {
			if (!(error instanceof CommandError)) throw error;
			const {text, remedy} = await failureReason(error, move, context.now() - begun, context);
			const failed = `the definition of ${move.guest} could not be moved to ${move.destination}: ${text}`;
			throw new StepError(failed, remedy, {cause: error});
		});
		for (const command of rest) await context.run(command);
	});
	return images;
}

/**
 * Prepares the disks; a running guest is shut down between the creation of the images and the copying. If the disks
 * cannot be copied, it is started again at once, since its undo may have to wait for the destination.
 */
async function prepareStopped({move, disks, stop}: ColdMove, context: StepContext): Promise<readonly MadeImage[]> {
	if (stop === undefined) return prepare(move, disks, context);
	const {guest, uuid, source: host} = move;
	let isStopped = false;
	const stopped = async () => {
		await shutDown({guest, uuid, host}, stop, context);
		isStopped = true;
	};
	return prepare(move, disks, context, stopped).catch(async (error: unknown) => {
		const canStart = isStopped && disks.ejected === undefined && !(error instanceof InterruptedError);
		if (canStart) await startAgain(move, context, 1).catch(() => {});
		throw error;
	});
}

/** @throws StepError unless the guest is at the destination only, in the expected state. */
export async function verifyCold({move, disks, stop}: ColdMove, context: StepContext): Promise<void> {
	context.progress({phase: 'verify'});
	const [source, destination] = await look(move, context);
	const wrong = [
		destination?.persistent !== true && `the guest is not defined on ${move.destination}`,
		destination !== undefined &&
			(stop === undefined ? isActive(destination.state) : destination.state !== 'running') &&
			`the guest is ${destination.state} on ${move.destination}`,
		source !== undefined && isActive(source.state) && `the guest is ${source.state} on ${move.source}`,
		move.autostart && destination?.autostart !== true && `autostart is not set on ${move.destination}`,
		!move.persistentHere && source !== undefined && `the guest is still defined on ${move.source}`,
	].filter(text => text !== false);
	if (wrong.length > 0) throw new StepError(`${move.guest} did not move to ${move.destination}: ${wrong.join(', ')}`);
	await verifyMedia(move, disks, context);
}

export async function adoptCold(cold: ColdMove, context: StepContext): Promise<readonly MadeImage[]> {
	if (await lacksOnlyItsStart(cold, context)) await context.run(start(cold.move.destination, cold.move.uuid));
	await verifyCold(cold, context);
	for (const command of recordCommands(cold.move, cold.disks.leaves)) await context.run(command);
	return identify(cold.move.destination, madeBy(cold.disks), context);
}

/** The source gives up the definition only when the destination has everything except the running guest. */
async function lacksOnlyItsStart({move, stop}: ColdMove, context: StepContext): Promise<boolean> {
	if (stop === undefined || move.persistentHere) return false;
	const [source, destination] = await look(move, context);
	return source === undefined && destination?.state === 'shut off';
}

/**
 * Restores the guest at its source, and only there. A guest that was shut down for the move is started again.
 *
 * @throws StuckError if the guest was started at the destination by others, or no host has it.
 */
export async function undoCold(cold: ColdMove, made: readonly MadeImage[], context: StepContext): Promise<void> {
	const {move, stop, disks} = cold;
	if (stop === undefined) return restoreAtSource(cold, made, context);
	const found = await look(move, context);
	const [before] = found;
	if (before !== undefined && isActive(before.state)) await awaitShutdown(move, context);
	await bringDisksBack(move, disks, stop, found, context);
	await restoreAtSource(cold, made, context);
	const [source] = await look(move, context);
	if (source !== undefined && !isActive(source.state)) await startAgain(move, context);
}

async function restoreAtSource(cold: ColdMove, made: readonly MadeImage[], context: StepContext): Promise<void> {
	const {move, disks, p2p} = cold;
	const {guest, uuid, source: from, destination: to, home} = move;
	const [source, destination] = await look(move, context);
	if (destination !== undefined && isActive(destination.state)) {
		throw new StuckError(`${guest} is ${statusText(to, destination)}, the destination of its move`, [
			`to move the guest back to ${from}: virsh shutdown ${uuid} (on ${to}), then repeat the undo`,
		]);
	}
	if (source === undefined) {
		if (destination === undefined) {
			throw new StuckError(`${guest} is defined neither on ${from} nor on ${to}`, [
				`find the guest: virsh list --all (on ${from} and on ${to}); its disks are unchanged`,
			]);
		}
		for (const command of xmlBackCommands(to, uuid, disks)) await context.run(command);
		const back: GuestMigration = {...move, source: to, destination: from, peer: home, home: move.peer};
		const command = migrate({...offline(p2p, disks), source: to, uuid, desturi: libvirtUri(back)});
		await withRelay(back, context, () => despiteCordon({host: from, uuid}, context, () => context.run(command)));
	}
	if (source?.autostart !== true && move.autostart) await context.run(autostart(from, uuid));
	if (destination !== undefined) await context.run(undefine(to, uuid));
	await unprepare(move, disks, made, context);
}

/** The bytes for the recap: only disks are copied. */
export function coldGuestMove({move, disks, stop}: ColdMove, done: boolean): GuestMove {
	const bytes = [...madeBy(disks), ...(disks.devices ?? [])].reduce((sum, {dataBytes}) => sum + dataBytes, 0);
	const {guest, uuid, source, destination} = move;
	const stopped = stop === undefined ? {} : {stopped: paramsOfShutdown(stop)};
	return {guest, uuid, from: source, to: destination, ...(done ? {bytes} : {}), ...stopped};
}

export async function locateColdGuest({move}: ColdMove, context: StepContext): Promise<GuestLocation> {
	const [source, destination] = await askBoth(move, context);
	const text = `${source.text}; ${destination.text}`;
	if (!('seen' in source && 'seen' in destination)) return {text};
	if (source.seen !== undefined && destination.seen === undefined) return {host: move.source, text};
	if (source.seen === undefined && destination.seen !== undefined) return {host: move.destination, text};
	return {text};
}

async function look(
	move: GuestMigration,
	context: StepContext,
): Promise<readonly [HostDomainStatus, HostDomainStatus]> {
	const {source, destination, uuid} = move;
	const facts = await context.facts([
		{kind: 'domains', host: source},
		{kind: 'domains', host: destination},
	]);
	return [domainStatusOf(facts, source, uuid), domainStatusOf(facts, destination, uuid)];
}
