import {StepError} from '../../errors.ts';
import {relayPath} from '../../shell/relay.ts';
import {identify, type MadeImage, tracesOf} from '../qemu-img/images.ts';
import {defineStep, type StepContext} from '../step.ts';
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
import {type ConvergencePolicy, convergencePolicyOf, downtimeBefore, downtimeRequests} from './convergence/policy.ts';
import type {DiskPlanContext} from './disks/disk-scene.ts';
import {type DiskPlan, diskRequests, planDisks} from './disks/plan-disks.ts';
import {
	insertCommands,
	madeBy,
	prepare,
	prepareCommands,
	tidyCommands,
	unprepare,
	verifyMedia,
} from './disks/prepare.ts';
import {xmlOptions} from './disks/xml-files.ts';
import {locateGuest} from './location/resolve-location.ts';
import {dataAddress, type GuestMigration} from './move.ts';
import {contradictionsIn} from './options/contradictions.ts';
import {splitMoveParams} from './options/move-params.ts';
import {demandOptions, optionRequests, saidOfMove} from './options/option-check.ts';
import {tuning} from './options/tuning.ts';
import {definitionOf, definitionsAfter, hasMoved, isOff, moveRequests, planMove} from './plan-move.ts';
import {probeMigrationPath} from './probe-path.ts';
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

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'The destination, by its name in the inventory.'},
		over: {
			type: 'array',
			description:
				'Files of the destination that the guest has left there, with device, inode and time of birth: they are written over while they are these.',
			items: {
				type: 'object',
				additionalProperties: false,
				required: ['path', 'identity'],
				properties: {
					path: {type: 'string', description: 'The file.'},
					identity: {type: 'string', description: 'Its device, inode and time of birth.'},
				},
			},
		},
		...tuning,
	},
} as const;

/** One move of a running guest with every choice made. */
export type LiveMove = PlannedMove & {readonly mode: 'live'; readonly disks: DiskPlan};

export type MigrateAction = LiveMove | ColdMove;

export type MigrateReceipt = MoveReceipt & {
	readonly images: readonly MadeImage[];
	/** What the guest has left at its source. */
	readonly kept: readonly MadeImage[];
};

/** Moves one guest, with its local disks, and proves that it has arrived. */
export const migrate = defineStep<typeof params, MigrateAction, MigrateReceipt>({
	kind: 'action',
	name: 'migrate',
	summary: 'Move a running guest to another host, live, with its local disks; with offline, also one that is shut off.',
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

	needs(wish, at, facts) {
		const definition = definitionOf(wish, at, facts);
		const {host: source, mark} = at;
		const scene = {source, destination: wish.to, mark, wishes: splitMoveParams(wish).wishes, own: wish.over ?? []};
		const disks =
			definition === undefined
				? []
				: diskRequests({...scene, definition, mode: isOff(wish, at, facts) ? 'cold' : 'live'}, facts);
		return [
			...moveRequests(wish, at, facts),
			...optionRequests(wish, at),
			...disks,
			...downtimeRequests(wish, definition, at),
		];
	},

	plan({guest, to, over: own = [], ...rest}, at, facts) {
		const {wishes, chosen} = splitMoveParams(rest);
		const {mode = 'p2p', max_downtime, deadline, stall, ...options} = chosen;
		demandOptions(options, at, facts);
		const wish = {guest, to, offline: wishes.offline === true};
		if (hasMoved(wish, at, facts)) return {skip: `${guest} is on ${to} already`};
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
		};
		const disks = planDisks(scene, facts);
		const p2p = mode === 'p2p';
		if (move.off && wishes.persistent === false) throw wouldBeGone(move);
		if (move.off) return {mode: 'cold', move: {...move, persistentThere: true}, disks, p2p};
		const convergence = steeringFor(move, convergencePolicyOf({max_downtime, deadline, stall}, sizeOf(move, disks)));
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
			...tidyCommands(move, disks),
		];
	},

	async apply(action, outer) {
		const {context, read} = timed(outer);
		context.progress({phase: 'prepare'});
		if (action.mode === 'cold') {
			const images = await moveCold(action, context);
			return {images, kept: await leftBehind(action, context), phasesMs: read()};
		}
		const {move, disks} = action;
		await probeMigrationPath(move, {...dataAddress(move.peer, action.options), ...action.options}.disks_port, context);
		const images = await prepare(move, disks, context);
		await runMove(action, context);
		for (const command of insertCommands(move, disks)) await context.run(command);
		const [kept, receipt] = await Promise.all([leftBehind(action, context), moveReceipt(move, context)]);
		return {images, kept, ...receipt, phasesMs: read()};
	},

	async adopt(action, context) {
		if (action.mode === 'cold') {
			const images = await adoptCold(action, context);
			return {images, kept: await leftBehind(action, context)};
		}
		const {move, disks} = action;
		const receipt = await adoptMove(action, context);
		await verifyMedia(move, disks, context);
		const images = await identify(move.destination, madeBy(disks), context);
		return {images, kept: await leftBehind(action, context), ...receipt};
	},

	verify: (action, context) => (action.mode === 'cold' ? verifyCold(action, context) : verifyLive(action, context)),

	async commit({move, disks}, context) {
		for (const command of tidyCommands(move, disks)) await context.run(command);
	},

	async undo(action, receipt, context) {
		const images = receipt?.images ?? [];
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
	where: (action, context) =>
		action.mode === 'cold' ? locateColdGuest(action, context) : locateGuest(action.move, context),
	traces: ({move, disks}) => tracesOf(move.destination, madeBy(disks)),
});

/** A guest that is off is nothing but its definition. */
function wouldBeGone({guest, destination}: GuestMigration): StepError {
	return new StepError(
		`${guest} is shut off, and without a definition on ${destination} it would be gone`,
		'leave persistent out, or say persistent: true',
		{retry: 'never'},
	);
}

async function verifyLive(action: LiveMove, context: StepContext): Promise<void> {
	await verifyMove(action, context);
	await verifyMedia(action.move, action.disks, context);
}

/** A paused guest changes no memory, so its move ends by itself; and libvirt refuses post-copy for it. */
function steeringFor({paused}: GuestMigration, convergence: ConvergencePolicy): ConvergencePolicy {
	return paused && convergence.timeoutAction === 'postcopy' ? {...convergence, timeoutAction: 'abort'} : convergence;
}

function sizeOf(move: GuestMigration, disks: DiskPlan) {
	// Not what the images hold now: while the guest runs, that is another number from moment to moment.
	const sizes = [
		...disks.copies.map(({image}) => image.virtualBytes),
		...(disks.devices ?? []).map(({dataBytes}) => dataBytes),
	];
	return {memoryBytes: move.memoryKib * 1024, diskBytes: sizes.reduce((sum, bytes) => sum + bytes, 0)};
}

function copyFlag({topOnly}: DiskPlan) {
	return topOnly ? ({copy_storage_inc: true} as const) : ({copy_storage_all: true} as const);
}

/** The files that the guest has left at its source: they may be written over when it comes back. */
function leftBehind({move, disks}: MigrateAction, context: StepContext): Promise<readonly MadeImage[]> {
	const files = [...disks.copies.map(({from}) => from), ...(disks.reusedDisks ?? []).map(({path}) => path)];
	return identify(
		move.source,
		files.map(path => ({path})),
		context,
	);
}
