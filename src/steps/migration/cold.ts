import {CommandError, StepError, StuckError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import {autostart, undefine} from '../../virsh/lifecycle.ts';
import {type Migration, migrate} from '../../virsh/migration/migrate.ts';
import {isActive} from '../../virsh/states.ts';
import {recordCommands} from '../kept/left-disks.ts';
import {identify, type MadeImage} from '../qemu-img/images.ts';
import type {GuestLocation, GuestMove, StepContext} from '../step.ts';
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
import {withRelay} from './with-relay.ts';

/** A move of a guest that is shut off: its disks are copied first, then its definition is moved. */
export type ColdMove = {
	readonly mode: 'cold';
	readonly move: GuestMigration;
	readonly disks: DiskPlan;
	readonly p2p: boolean;
};

/** Run last, so that the source keeps everything until then. */
function definitionCommands({move, disks, p2p}: ColdMove): readonly [Command, ...Command[]] {
	const {source, destination, uuid} = move;
	return [
		migrate({...offline(p2p, disks), source, uuid, desturi: libvirtUri(move)}),
		...insertCommands(move, disks),
		...(move.autostart ? [autostart(destination, uuid)] : []),
		...(move.persistentHere ? [] : [undefine(source, uuid)]),
		...recordCommands(move, disks.leaves),
	];
}

function offline(p2p: boolean, disks: DiskPlan): Omit<Migration, 'source' | 'uuid' | 'desturi'> {
	return {offline: true, p2p, persistent: true, ...xmlOptions(disks, true)};
}

export function coldCommands(cold: ColdMove): readonly Command[] {
	const {move, disks} = cold;
	return [...prepareCommands(move, disks), ...definitionCommands(cold), ...tidyCommands(move, disks)];
}

export async function moveCold(cold: ColdMove, context: StepContext): Promise<readonly MadeImage[]> {
	const {move, disks} = cold;
	const images = await prepare(move, disks, context);
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

/** @throws StepError unless the guest is at the destination only, in the expected state. */
export async function verifyCold({move, disks}: ColdMove, context: StepContext): Promise<void> {
	context.progress({phase: 'verify'});
	const [source, destination] = await look(move, context);
	const wrong = [
		destination?.persistent !== true && `the guest is not defined on ${move.destination}`,
		destination !== undefined &&
			isActive(destination.state) &&
			`the guest is ${destination.state} on ${move.destination}`,
		source !== undefined && isActive(source.state) && `the guest is ${source.state} on ${move.source}`,
		move.autostart && destination?.autostart !== true && `autostart is not set on ${move.destination}`,
		!move.persistentHere && source !== undefined && `the guest is still defined on ${move.source}`,
	].filter(text => text !== false);
	if (wrong.length > 0) throw new StepError(`${move.guest} did not move to ${move.destination}: ${wrong.join(', ')}`);
	await verifyMedia(move, disks, context);
}

export async function adoptCold(cold: ColdMove, context: StepContext): Promise<readonly MadeImage[]> {
	await verifyCold(cold, context);
	for (const command of recordCommands(cold.move, cold.disks.leaves)) await context.run(command);
	return identify(cold.move.destination, madeBy(cold.disks), context);
}

/**
 * Restores the guest at its source, and only there.
 *
 * @throws StuckError if the guest was started at the destination, or no host has it.
 */
export async function undoCold(cold: ColdMove, made: readonly MadeImage[], context: StepContext): Promise<void> {
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
		await withRelay(back, context, () => context.run(command));
	}
	if (source?.autostart !== true && move.autostart) await context.run(autostart(from, uuid));
	if (destination !== undefined) await context.run(undefine(to, uuid));
	await unprepare(move, disks, made, context);
}

/** The bytes for the recap: only disks are copied. */
export function coldGuestMove({move, disks}: ColdMove, done: boolean): GuestMove {
	const bytes = [...madeBy(disks), ...(disks.devices ?? [])].reduce((sum, {dataBytes}) => sum + dataBytes, 0);
	const {guest, uuid, source, destination} = move;
	return {guest, uuid, from: source, to: destination, ...(done ? {bytes} : {})};
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
