import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {dropIdentified} from '../../files/claim.ts';
import {forgetKept} from '../../files/kept/change.ts';
import {mayBeOneFile} from '../../files/stat.ts';
import type {Command} from '../../shell/command.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import {whyInUse} from '../kept/proof.ts';
import {type LocalDisk, writtenDisks} from '../migration/disks/disk-scene.ts';
import {mapPath, type StorageMap} from '../migration/disks/storage-map.ts';
import {moveParams} from '../migration/options/move-params.ts';
import {defineStep, type StepContext} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'moved_to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of a guest that has gone from the host.'},
		moved_to: {type: 'string', minLength: 1, description: 'The host that has it now, by its name in the inventory.'},
		storage_map: {...moveParams.storage_map, description: 'Where its disks stand there, as `migrate` was told.'},
		image_contents: {
			...moveParams.image_contents,
			description:
				'`drop`: delete also images with snapshots or bitmaps within them, which the copies do not hold. Refused by default.',
		},
	},
} as const;

type Wish = {
	readonly guest: string;
	readonly moved_to: string;
	readonly storage_map?: StorageMap | undefined;
	readonly image_contents?: 'refuse' | 'drop' | undefined;
};

type LeftFile = {
	readonly path: string;
	readonly identity: string;
	readonly dataBytes: number;
	/** The guest whose record of a kept copy goes with it. */
	readonly recordOf?: string;
};

type DeleteAction = {readonly host: string; readonly guest: string; readonly files: readonly LeftFile[]};

/** Deletes what a guest has left behind. Images below its own stay: others may stand on them. */
export const deleteSourceDisks = defineStep<typeof params, DeleteAction, null>({
	kind: 'action',
	name: 'delete_source_disks',
	summary: 'Delete the disks that a guest has left on the host when it moved to another. Nothing brings them back.',
	examples: ['delete_source_disks: {guest: web1, moved_to: kvm2}'],
	effect: 'write',
	exclusive: true,
	params,

	needs(wish, {host}, facts) {
		const {guest, moved_to, storage_map} = wish;
		const moved = entryOn(moved_to, guest, facts);
		return [
			{kind: 'domains', host},
			{kind: 'domains', host: moved_to},
			...(moved === undefined ? [] : [{kind: 'domain', host: moved_to, uuid: moved.uuid} as const]),
			{kind: 'disk-users', host},
			{kind: 'kept-copies', host},
			...disksOf(definitionThere(wish, facts), storage_map).flatMap(({path, from, format}): readonly FactRequest[] => [
				{kind: 'path', host, path: from},
				{kind: 'file', host, path: from},
				{kind: 'path', host: moved_to, path},
				// Its contents, where there is an image.
				...(facts.get({kind: 'path', host, path: from})?.type === 'file'
					? [{kind: 'image', host, path: from, format} as const]
					: []),
			]),
		];
	},

	plan(wish, {host}, facts) {
		guard(wish, host, facts);
		const there = definitionThere(wish, facts);
		const files = disksOf(there, wish.storage_map).flatMap(disk => leftFile(disk, wish, host, facts));
		if (files.length === 0) return {skip: `nothing of ${wish.guest} is left on ${host}`};
		return {host, guest: there?.name ?? wish.guest, files};
	},

	preview: commands,
	async apply(action, context) {
		for (const command of commands(action)) await context.run(command);
		return null;
	},
	async adopt(action, context) {
		await verifyDeleted(action, context);
		return null;
	},
	verify: verifyDeleted,
	irreversible: 'the guest has its disks where it is, and what it has left behind is gone',
	result: ({files}) => ({
		deleted: files.map(({path}) => path),
		bytes: files.reduce((sum, {dataBytes}) => sum + dataBytes, 0),
	}),
});

async function verifyDeleted({host, files}: DeleteAction, context: StepContext): Promise<void> {
	const facts = await context.facts(files.map(({path}) => ({kind: 'path', host, path}) as const));
	for (const {path, identity} of files) {
		const found = facts.of({kind: 'path', host, path});
		if (found.type !== 'absent' && found.identity === identity) throw new StepError(`${path} is still on ${host}`);
	}
}

function commands({host, files}: DeleteAction): readonly Command[] {
	return files.flatMap(({path, identity, recordOf}) => [
		dropIdentified(host, identity, path),
		...(recordOf === undefined ? [] : [forgetKept(host, recordOf, path)]),
	]);
}

function entryOn(host: string, guest: string, facts: Facts) {
	return facts.get({kind: 'domains', host})?.find(({uuid, name}) => uuid === guest || name === guest);
}

function definitionThere({guest, moved_to}: Wish, facts: Facts): DomainDefinition | undefined {
	const entry = entryOn(moved_to, guest, facts);
	return entry && facts.get({kind: 'domain', host: moved_to, uuid: entry.uuid});
}

type PlacedDisk = LocalDisk & {readonly from: string};

/** With the paths that they had. */
function disksOf(definition: DomainDefinition | undefined, map: StorageMap = {}): readonly PlacedDisk[] {
	const back = Object.fromEntries(Object.entries(map).map(([from, to]) => [to, from]));
	const disks = definition === undefined ? [] : writtenDisks(definition);
	return disks.filter(({type}) => type === 'file').map(disk => ({...disk, from: mapPath(disk.path, back)}));
}

/** @throws StepError when the guest is not where it should be, and there alone. */
function guard({guest, moved_to}: Wish, host: string, facts: Facts): void {
	const there = entryOn(moved_to, guest, facts);
	if (there === undefined) {
		throw new StepError(`${moved_to} does not know ${guest}, so its disks on ${host} may be its only ones`, undefined, {
			retry: 'never',
		});
	}
	const here = facts.of({kind: 'domains', host}).find(({uuid}) => uuid === there.uuid);
	if (here !== undefined) {
		throw new StepError(
			`${host} still knows ${there.name}: it is ${here.state} there`,
			`if it shall never start there again: virsh undefine --keep-nvram ${here.uuid} (on ${host})`,
			{retry: 'never'},
		);
	}
}

/** @throws StepError when the file may be more than what the guest has left behind. */
function leftFile({path, from, format}: PlacedDisk, wish: Wish, host: string, facts: Facts): readonly LeftFile[] {
	const {guest, moved_to} = wish;
	const here = facts.of({kind: 'path', host, path: from});
	if (here.type === 'absent') return [];
	const there = facts.of({kind: 'path', host: moved_to, path});
	const refuse = (why: string, remedy?: string) =>
		new StepError(`${guest}: ${from} on ${host} ${why}`, remedy, {retry: 'never'});
	if (here.type !== 'file') throw refuse('is not a regular file');
	if (there.type === 'absent') throw refuse(`may be its only disk: ${path} is not on ${moved_to}`);
	if (mayBeOneFile(here, there)) throw refuse(`may be the very file that it uses on ${moved_to}`);
	const file = facts.of({kind: 'file', host, path: from});
	if (file.type !== 'file') {
		throw refuse(
			'is a symbolic link: only the link would go',
			`delete the image by hand: readlink --canonicalize ${from} (on ${host})`,
		);
	}
	if (file.links > 1) {
		throw refuse(
			`has ${file.links} names, and only this one would go`,
			`find the others: find / -xdev -samefile ${from} (on ${host})`,
		);
	}
	const why = whyInUse(host, here.identity, facts);
	if (why !== undefined) throw refuse(why);
	const [{contents = []} = {}] = facts.of({kind: 'image', host, path: from, format});
	if (contents.length > 0 && wish.image_contents !== 'drop') {
		throw new StepError(
			`${guest}: ${from} on ${host} holds what its copy does not: ${contents.join(', ')}`,
			'keep the image, or delete it with them: image_contents: drop',
			{retry: 'never'},
		);
	}
	const record = facts.of({kind: 'kept-copies', host}).copies.find(copy => copy.path === from);
	return [
		{
			path: from,
			identity: here.identity,
			dataBytes: file.actualBytes,
			...(record === undefined ? {} : {recordOf: record.guest}),
		},
	];
}
