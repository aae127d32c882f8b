import {identify, type MadeImage, makeCommands, makeImages, releaseCommands, removeImages, tracesOf} from './images.ts';
import {type DiskPlan, diskRequests, planDisks} from './migration/disks.ts';
import {definitionOf, hasMoved, moveRequests, planMove} from './migration/plan-move.ts';
import {
	adoptMove,
	guestMove,
	type MoveReceipt,
	moveCommands,
	moveResult,
	type PlannedMove,
	runMove,
	verifyMove,
} from './migration/run-move.ts';
import {whereIs} from './migration/settle.ts';
import {takeBack} from './migration/take-back.ts';
import {tuning} from './migration/tuning.ts';
import {defineStep} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'The destination, by its name in the inventory.'},
		...tuning,
	},
} as const;

/** One move with every choice made. */
export type MigrateAction = PlannedMove & {readonly disks: DiskPlan};

export type MigrateReceipt = MoveReceipt & {readonly images: readonly MadeImage[]};

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
		return [...moveRequests(wish, at, facts), ...disks];
	},

	plan({guest, to, mode = 'p2p', ...chosen}, at, facts) {
		if (hasMoved({guest, to}, at, facts)) return {skip: `${guest} is on ${to} already`};
		const {move, definition} = planMove({guest, to}, at, facts);
		const disks = planDisks(definition, at.host, to, at.mark, facts);
		const targets = disks.copies.map(({target}) => target);
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
		return {images, ...(await runMove(action, context))};
	},

	async adopt({disks, ...planned}, context) {
		const receipt = await adoptMove(planned, context);
		return {images: await identify(planned.move.destination, disks.copies, context), ...receipt};
	},

	verify: verifyMove,

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
		const diskBytes = disks.copies.reduce((sum, {dataBytes}) => sum + dataBytes, 0);
		return guestMove(move, receipt, diskBytes);
	},
	where: ({move}, context) => whereIs(move, context),
	traces: ({move, disks}) => tracesOf(move.destination, disks.copies),
});
