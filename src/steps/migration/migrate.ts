import {readLeft, recordCommands} from '../kept/left-disks.ts';
import {identify, type MadeImage, tracesOf} from '../qemu-img/images.ts';
import {defineStep, type GuestMove, type StepContext} from '../step.ts';
import {adoptCold, coldCommands, coldGuestMove, locateColdGuest, moveCold, undoCold, verifyCold} from './cold.ts';
import {timed} from './convergence/phase-times.ts';
import {restoresOf} from './definition-changes.ts';
import {
	ejectInserted,
	insertCommands,
	madeBy,
	prepare,
	prepareCommands,
	tidy,
	tidyCommands,
	unprepare,
	verifyMedia,
} from './disks/prepare.ts';
import {moveDrift} from './drift.ts';
import {diskLoad, drivesNotCopied, imageFates, memoryLoad, stoppedLoad} from './load.ts';
import {locateGuest} from './location/resolve-location.ts';
import {migrateParams} from './migrate-params.ts';
import {dataAddress} from './move.ts';
import {contradictionsIn} from './options/contradictions.ts';
import {saidOfMove} from './options/option-check.ts';
import {type LiveMove, type MigrateAction, migrateRequests, planMigrate} from './plan-migrate.ts';
import {livePorts, probeMigrationPath, streamPorts} from './probe-path.ts';
import {restoreLeft} from './restore-left.ts';
import {
	adoptMove,
	guestMove,
	type MoveReceipt,
	moveCommands,
	moveReceipt,
	moveResult,
	runMove,
	verifyMove,
} from './run-move.ts';
import {shutdownTexts} from './shutdown.ts';
import {removeXmlFiles, returnToSource} from './take-back.ts';

export type {LiveMove} from './plan-migrate.ts';

export type MigrateReceipt = MoveReceipt & {
	readonly images: readonly MadeImage[];
	/** What the guest left at its source. */
	readonly kept: NonNullable<GuestMove['kept']>;
};

/** Moves one guest with its local disks, and verifies that it has arrived. */
export const migrate = defineStep<typeof migrateParams, MigrateAction, MigrateReceipt>({
	kind: 'action',
	name: 'migrate',
	summary:
		'Live-migrate a running guest, including its local disks, to another host. With `offline`, also move a guest that is shut off; with `stop_and_start`, shut a running guest down for its move.',
	examples: [
		'migrate: {guest: web1, to: kvm2}',
		'migrate: {guest: db1, to: kvm3, auto_converge: true, mode: managed}',
		'migrate: {guest: web2, to: kvm2, storage_map: {/var/lib/libvirt/images: /data/images}, media: eject}',
		'migrate: {guest: old1, to: kvm2, offline: true}',
		'migrate: {guest: gpu1, to: kvm2, stop_and_start: {timeout: 10 min}}',
	],
	effect: 'write',
	exclusive: true,
	params: migrateParams,

	contradictions: (params, isOpen) => contradictionsIn(saidOfMove(params, isOpen)),

	// virsh before libvirt 4.4 cannot compare CPUs; libvirt also compares them when the migration starts.
	isOptional: ({kind}) => kind === 'cpu',

	needs: migrateRequests,
	plan: planMigrate,

	preview(action) {
		if (action.mode === 'cold') return coldCommands(action);
		const {move, disks} = action;
		return [
			...prepareCommands(move, disks),
			...moveCommands(action),
			...insertCommands(move, disks),
			...recordCommands(move, disks.leaves),
			...tidyCommands(move, disks),
		];
	},

	async apply(action, outer) {
		const {context, read} = timed(outer);
		context.progress({phase: 'prepare'});
		if (action.mode === 'cold') {
			await probeMigrationPath(action.move, streamPorts(action.disks.nbdCopies), context);
			const images = await moveCold(action, context);
			return {images, kept: await readLeft(action.move, action.disks.leaves, context), phasesMs: read()};
		}
		const {move, disks} = action;
		await probeMigrationPath(move, livePorts({...dataAddress(move.peer, action.options), ...action.options}), context);
		const images = await prepare(move, disks, context);
		await runMove(action, context);
		for (const command of insertCommands(move, disks)) await context.run(command);
		for (const command of recordCommands(move, disks.leaves)) await context.run(command);
		const [kept, receipt] = await Promise.all([
			readLeft(action.move, action.disks.leaves, context),
			moveReceipt(move, context),
		]);
		return {images, kept, ...receipt, phasesMs: read()};
	},

	async adopt(action, context) {
		if (action.mode === 'cold') {
			const images = await adoptCold(action, context);
			return {images, kept: await readLeft(action.move, action.disks.leaves, context)};
		}
		const {move, disks} = action;
		const receipt = await adoptMove(action, context);
		for (const command of insertCommands(move, disks)) await context.run(command);
		await verifyMedia(move, disks, context);
		for (const command of recordCommands(move, disks.leaves)) await context.run(command);
		const images = await identify(move.destination, madeBy(disks), context);
		return {images, kept: await readLeft(action.move, action.disks.leaves, context), ...receipt};
	},

	verify: (action, context) => (action.mode === 'cold' ? verifyCold(action, context) : verifyLive(action, context)),

	async commit({move, disks}, context) {
		await tidy(move, disks, context);
	},

	async undo(action, receipt, context) {
		const images = receipt?.images ?? [];
		await restoreLeft(action, context);
		await ejectInserted(action.move, action.disks, context);
		if (action.mode === 'cold') return undoCold(action, images, context);
		const {move, disks, options} = action;
		await removeXmlFiles(move, disks, context);
		await returnToSource(move, options, context);
		await unprepare(move, disks, images, context);
	},
	isFinal: true,

	result: ({move}, receipt) => moveResult(move, receipt),
	guest(action, receipt) {
		const restores = restoresOf(action.disks.moved?.rewrites ?? [], action.disks.ejected);
		const kept = {
			...(restores === undefined ? {} : {restores}),
			...(receipt === undefined ? {} : {kept: receipt.kept}),
		};
		if (action.mode === 'cold') return {...coldGuestMove(action, receipt !== undefined), ...kept};
		const {move, disks} = action;
		const copied = [...madeBy(disks), ...(disks.reusedDisks ?? []), ...(disks.devices ?? [])];
		const diskBytes = copied.reduce((sum, {dataBytes}) => sum + dataBytes, 0);
		return {...guestMove(move, receipt, diskBytes), ...kept};
	},
	load: action => ({
		...(action.mode === 'cold' && action.stop !== undefined
			? stoppedLoad(action.move)
			: memoryLoad(action.move, action.mode === 'live' ? action.options.bandwidth_mib : undefined)),
		...diskLoad(action.disks),
	}),
	drift: moveDrift(action =>
		action.mode === 'live'
			? action.options
			: {p2p: action.p2p, ...(action.stop === undefined ? {} : {stop: action.stop})},
	),
	warnings: action => [
		...drivesNotCopied(action.disks),
		...(action.mode === 'cold' && action.stop !== undefined ? shutdownTexts(action.stop) : []),
	],
	images: ({move, disks}) => imageFates(move, disks),
	where: (action, context) =>
		action.mode === 'cold' ? locateColdGuest(action, context) : locateGuest(action.move, context),
	traces: ({move, disks}) => tracesOf(move.destination, madeBy(disks)),
});

async function verifyLive(action: LiveMove, context: StepContext): Promise<void> {
	await verifyMove(action, context);
	await verifyMedia(action.move, action.disks, context);
}
