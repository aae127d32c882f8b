import {StepError} from '../../errors.ts';
import type {ConvergencePolicy} from '../../schedule/convergence.ts';
import {relayPath} from '../../shell/relay.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import {readLeft, recordCommands} from '../kept/left-disks.ts';
import {identify, type MadeImage, tracesOf} from '../qemu-img/images.ts';
import {defineStep, type GuestMove, type Peer, type StepContext} from '../step.ts';
import {
	adoptCold,
	type ColdMove,
	coldCommands,
	coldGuestMove,
	locateColdGuest,
	moveCold,
	undoCold,
	verifyCold,
} from './cold.ts';
import {timed} from './convergence/phase-times.ts';
import {convergencePolicyOf, downtimeBefore, downtimeRequests} from './convergence/policy.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import type {DiskPlanContext, TransferOptions} from './disks/disk-scene.ts';
import {diskRequests, planDisks} from './disks/plan-disks.ts';
import {
	insertCommands,
	madeBy,
	prepare,
	prepareCommands,
	tidy,
	tidyCommands,
	unprepare,
	verifyMedia,
} from './disks/prepare.ts';
import {xmlOptions} from './disks/xml-files.ts';
import {moveDrift} from './drift.ts';
import {demandHostNeeds, needRequests} from './host-needs.ts';
import {diskLoad, drivesNotCopied, imageFates, memoryLoad} from './load.ts';
import {locateGuest} from './location/resolve-location.ts';
import {dataAddress, type GuestMigration} from './move.ts';
import {contradictionsIn} from './options/contradictions.ts';
import {splitMoveParams} from './options/move-params.ts';
import {demandOptions, demandVersions, optionRequests, saidOfMove, versionRequests} from './options/option-check.ts';
import {accept, tuning} from './options/tuning.ts';
import {definitionOf, definitionsAfter, hasMoved, isOff, moveRequests, planMove} from './plan-move.ts';
import {livePorts, probeMigrationPath, streamPorts} from './probe-path.ts';
import {restoreLeft} from './restore-left.ts';
import {
	adoptMove,
	guestMove,
	type MoveReceipt,
	moveCommands,
	moveReceipt,
	moveResult,
	type PlannedMove,
	runMove,
	verifyMove,
} from './run-move.ts';
import {removeXmlFiles, returnToSource} from './take-back.ts';
import {demandTls, tlsRequests} from './tls.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'Name of the destination, as in the inventory.'},
		over: {
			type: 'array',
			description:
				'Files that the guest left at the destination. Each is overwritten if its device, inode and birth time still match.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['path', 'identity'],
				properties: {
					path: {type: 'string', description: 'Path of the file.'},
					identity: {type: 'string', description: 'Device, inode and birth time of the file.'},
				},
			},
		},
		accept,
		...tuning,
	},
} as const;

/** The move of a running guest, with all choices made. */
export type LiveMove = PlannedMove & {readonly mode: 'live'; readonly disks: DiskPlan};

export type MigrateAction = LiveMove | ColdMove;

export type MigrateReceipt = MoveReceipt & {
	readonly images: readonly MadeImage[];
	/** What the guest left at its source. */
	readonly kept: NonNullable<GuestMove['kept']>;
};

/** Moves one guest with its local disks, and verifies that it has arrived. */
export const migrate = defineStep<typeof params, MigrateAction, MigrateReceipt>({
	kind: 'action',
	name: 'migrate',
	summary:
		'Live-migrate a running guest, including its local disks, to another host. With `offline`, also move a guest that is shut off.',
	examples: [
		'migrate: {guest: web1, to: kvm2}',
		'migrate: {guest: db1, to: kvm3, auto_converge: true, mode: managed}',
		'migrate: {guest: web2, to: kvm2, storage_map: {/var/lib/libvirt/images: /data/images}, media: eject}',
		'migrate: {guest: old1, to: kvm2, offline: true}',
	],
	effect: 'write',
	exclusive: true,
	params,

	contradictions: (params, isOpen) => contradictionsIn(saidOfMove(params, isOpen)),

	// virsh before libvirt 4.4 cannot compare CPUs; libvirt also compares them when the migration starts.
	isOptional: ({kind}) => kind === 'cpu',

	needs(wish, at, facts) {
		const definition = definitionOf(wish, at, facts);
		const {host: source, mark} = at;
		const ends = {source, destination: wish.to};
		const scene = {...ends, mark, wishes: splitMoveParams(wish).wishes, own: wish.over ?? []};
		const mode = isOff(wish, at, facts) ? 'cold' : 'live';
		const ofGuest =
			definition === undefined
				? []
				: [
						...diskRequests({...scene, definition, mode}, facts),
						...needRequests({definition, destination: wish.to, mode}),
					];
		return [
			...moveRequests(wish, at, facts),
			...optionRequests(wish, at),
			...tlsRequests(ends, wish.tls),
			...versionRequests(togetherOf(wish), [source, wish.to]),
			...ofGuest,
			...downtimeRequests(wish, definition, at),
		];
	},

	plan({guest, to, over: own = [], accept = [], ...rest}, at, facts) {
		const {wishes, chosen} = splitMoveParams(rest);
		const {mode = 'p2p', max_downtime, deadline, stall, ...options} = chosen;
		demandOptions(options, at, facts);
		const wish = {guest, to, offline: wishes.offline === true};
		if (hasMoved(wish, at, facts)) return {skip: `${guest} is already on ${to}`};
		const {move: moving, definition} = planMove(wish, at, facts);
		const relay = mode === 'relay' ? {relay: relayPath(at.mark)} : {};
		const move = {...moving, ...definitionsAfter(moving, wishes), ...relay};
		const scene: DiskPlanContext = {
			definition,
			source: at.host,
			destination: to,
			mark: at.mark,
			wishes,
			own,
			mode: move.off ? 'cold' : 'live',
			transfer: transferOf(move.peer, options),
		};
		demandVersions(togetherOf(rest), [at.host, to], facts);
		demandHostNeeds(scene, accept, facts);
		if (rest.tls === true) demandTls(move.guest, move, facts);
		const disks = planDisks(scene, facts);
		const p2p = mode === 'p2p';
		if (move.off && wishes.persistent === false) throw wouldBeGone(move);
		if (move.off) return {mode: 'cold', move: {...move, persistentThere: true}, disks, p2p};
		const convergence = convergenceFor(move, convergencePolicyOf({max_downtime, deadline, stall}, sizeOf(move, disks)));
		const persistent = wishes.persistent ?? move.persistent;
		const targets = [...disks.copies, ...(disks.reusedDisks ?? []), ...(disks.devices ?? [])].map(({target}) => target);
		return {
			mode: 'live',
			move: {...move, convergence, ...downtimeBefore(move, convergence, facts)},
			options: {
				...options,
				live: true,
				p2p,
				...(convergence.timeoutAction === 'postcopy' ? {postcopy: true} : {}),
				persistent,
				undefine_source: move.persistent && !move.persistentHere,
				...(targets.length === 0 ? {} : {...copyFlag(disks), migrate_disks: targets}),
				...xmlOptions(disks, persistent),
			},
			disks,
		};
	},

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
		await restoreLeft(action.move, action.disks, context);
		if (action.mode === 'cold') return undoCold(action, images, context);
		const {move, disks, options} = action;
		await removeXmlFiles(move, disks, context);
		await returnToSource(move, options, context);
		await unprepare(move, disks, images, context);
	},
	settles: true,

	result: ({move}, receipt) => moveResult(move, receipt),
	guest(action, receipt) {
		const kept = receipt === undefined ? {} : {kept: receipt.kept};
		if (action.mode === 'cold') return {...coldGuestMove(action, receipt !== undefined), ...kept};
		const {move, disks} = action;
		const copied = [...madeBy(disks), ...(disks.reusedDisks ?? []), ...(disks.devices ?? [])];
		const diskBytes = copied.reduce((sum, {dataBytes}) => sum + dataBytes, 0);
		return {...guestMove(move, receipt, diskBytes), ...kept};
	},
	load: action => ({
		...memoryLoad(action.move, action.mode === 'live' ? action.options.bandwidth_mib : undefined),
		...diskLoad(action.disks),
	}),
	drift: moveDrift(action => (action.mode === 'cold' ? {p2p: action.p2p} : action.options)),
	warnings: ({disks}) => drivesNotCopied(disks),
	images: ({move, disks}) => imageFates(move, disks),
	where: (action, context) =>
		action.mode === 'cold' ? locateColdGuest(action, context) : locateGuest(action.move, context),
	traces: ({move, disks}) => tracesOf(move.destination, madeBy(disks)),
});

/** A guest that is shut off exists only as its definition. */
function wouldBeGone({guest, destination}: GuestMigration): StepError {
	return new StepError(
		`${guest} is shut off and would be lost without a definition on ${destination}`,
		'remove persistent, or set persistent: true',
		{retry: 'never'},
	);
}

async function verifyLive(action: LiveMove, context: StepContext): Promise<void> {
	await verifyMove(action, context);
	await verifyMedia(action.move, action.disks, context);
}

function togetherOf({parallel, deadline}: {readonly parallel?: boolean; readonly deadline?: {readonly then?: string}}) {
	return {parallel, postcopy: deadline?.then === 'postcopy'};
}

/** Options of live migrations also apply to vacate's own streams. */
function transferOf(
	{listen, disksPort}: Peer,
	{listen_address, disks_port, tls, tls_destination: hostname}: MigrateOptions,
): TransferOptions {
	const address = listen_address ?? listen;
	const port = disks_port ?? disksPort;
	return {
		...(address === undefined ? {} : {listen: address}),
		...(port === undefined ? {} : {port}),
		...(tls === true ? {tls: hostname === undefined ? {} : {hostname}} : {}),
	};
}

/** A paused guest dirties no memory, so its move always converges; and libvirt refuses post-copy for it. */
function convergenceFor({paused}: GuestMigration, convergence: ConvergencePolicy): ConvergencePolicy {
	return paused && convergence.timeoutAction === 'postcopy' ? {...convergence, timeoutAction: 'abort'} : convergence;
}

function sizeOf(move: GuestMigration, disks: DiskPlan) {
	// Without allocated sizes, which change constantly while the guest runs.
	const sizes = [
		...disks.copies.map(({image}) => image.virtualBytes),
		...(disks.reusedDisks ?? []).map(({virtualBytes}) => virtualBytes),
		...(disks.devices ?? []).map(({dataBytes}) => dataBytes),
	];
	return {memoryBytes: move.memoryKib * 1024, diskBytes: sizes.reduce((sum, bytes) => sum + bytes, 0)};
}

function copyFlag({topOnly}: DiskPlan) {
	return topOnly ? ({copy_storage_inc: true} as const) : ({copy_storage_all: true} as const);
}
