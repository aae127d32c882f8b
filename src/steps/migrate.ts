import {identify, type MadeImage, makeCommands, makeImages, releaseCommands, removeImages, tracesOf} from './images.ts';
import {type DiskPlan, diskRequests, planDisks} from './migration/disks.ts';
import {overRequests} from './migration/over.ts';
import {definitionOf, hasMoved, moveRequests, planMove} from './migration/plan-move.ts';
import {
	guestMove,
	type MoveReceipt,
	moveCommands,
	moveReceipt,
	moveResult,
	type PlannedMove,
	runMove,
	verifyMove,
} from './migration/run-move.ts';
import {whereIs} from './migration/settle.ts';
import {takeBack} from './migration/take-back.ts';
import {tuning} from './migration/tuning.ts';
import {defineStep, type StepContext} from './step.ts';

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
				properties: {path: {type: 'string'}, identity: {type: 'string'}},
			},
		},
		...tuning,
	},
} as const;

/** One move with every choice made. */
export type MigrateAction = PlannedMove & {readonly disks: DiskPlan};

export type MigrateReceipt = MoveReceipt & {
	readonly images: readonly MadeImage[];
	/** What the guest has left at its source. */
	readonly kept: readonly MadeImage[];
};

/** Moves one running guest, with its local disks, and proves that it has arrived. */
export const migrate = defineStep<typeof params, MigrateAction, MigrateReceipt>({
	kind: 'action',
	name: 'migrate',
	summary: 'Move a running guest to another host, live, with its local disks.',
	examples: ['migrate: {guest: web1, to: kvm2}', 'migrate: {guest: db1, to: kvm3, auto_converge: true, mode: managed}'],
	effect: 'write',
	exclusive: true,
	params,

	needs(wish, at, facts) {
		const definition = definitionOf(wish, at, facts);
		const disks = definition === undefined ? [] : diskRequests(definition, at.host, wish.to);
		const over = wish.over === undefined ? [] : overRequests(definition, wish.to);
		return [...moveRequests(wish, at, facts), ...disks, ...over];
	},

	plan({guest, to, over, mode = 'p2p', ...chosen}, at, facts) {
		if (hasMoved({guest, to}, at, facts)) return {skip: `${guest} is on ${to} already`};
		const {move, definition} = planMove({guest, to}, at, facts);
		const disks = planDisks(definition, at.host, to, at.mark, facts, over);
		const targets = [...disks.copies, ...disks.over].map(({target}) => target);
		const options = {
			...chosen,
			live: true,
			p2p: mode === 'p2p',
			persistent: move.persistent,
			undefine_source: move.persistent,
			...(targets.length === 0 ? {} : {copy_storage_all: true, migrate_disks: targets}),
		};
		return {move, options, disks};
	},

	preview: action => [
		...makeCommands(action.move.destination, action.disks.copies),
		...moveCommands(action),
		...releaseCommands(action.move.destination, action.disks.copies),
	],

	async apply(action, context) {
		context.progress({phase: 'prepare'});
		const images = await makeImages(action.move.destination, action.disks.copies, context);
		const receipt = await runMove(action, context);
		return {images, kept: await leftBehind(action, context), ...receipt};
	},

	async adopt(action, context) {
		const {move, disks} = action;
		await verifyMove(move, context);
		const images = await identify(move.destination, disks.copies, context);
		return {images, kept: await leftBehind(action, context), ...(await moveReceipt(move, context))};
	},

	verify: ({move}, context) => verifyMove(move, context),

	async commit({move, disks}, context) {
		for (const command of releaseCommands(move.destination, disks.copies)) await context.run(command);
	},

	async undo({move, disks, options}, receipt, context) {
		await takeBack(move, options, context);
		await removeImages(move.destination, disks.copies, receipt?.images ?? [], context);
	},
	settles: true,

	result: ({move}, receipt) => moveResult(move, receipt),
	guest: ({move, disks}, receipt) => {
		const diskBytes = [...disks.copies, ...disks.over].reduce((sum, {dataBytes}) => sum + dataBytes, 0);
		return {...guestMove(move, receipt, diskBytes), ...(receipt === undefined ? {} : {kept: receipt.kept})};
	},
	where: ({move}, context) => whereIs(move, context),
	traces: ({move, disks}) => tracesOf(move.destination, disks.copies),
});

function leftBehind({move, disks}: MigrateAction, context: StepContext): Promise<readonly MadeImage[]> {
	return identify(move.source, [...disks.copies, ...disks.over], context);
}
