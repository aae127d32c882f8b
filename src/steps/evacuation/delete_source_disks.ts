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
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of a guest that has moved away from the host.'},
		moved_to: {
			type: 'string',
			minLength: 1,
			description: 'Name of the host that the guest is on now, as in the inventory.',
		},
		storage_map: {...moveParams.storage_map, description: 'The `storage_map` that was given to `migrate`.'},
		image_contents: {
			...moveParams.image_contents,
			description:
				'`drop`: also delete images with internal snapshots or bitmaps, which the copies lack. Default: fail.',
		},
	},
} as const;

type DeletionSpec = {
	readonly guest: string;
	readonly moved_to: string;
	readonly storage_map?: StorageMap | undefined;
	readonly image_contents?: 'refuse' | 'drop' | undefined;
};

type LeftFile = {
	readonly path: string;
	readonly identity: string;
	readonly dataBytes: number;
	/** The guest whose kept-copy record is deleted as well. */
	readonly recordOf?: string;
};

type DeleteAction = {readonly host: string; readonly guest: string; readonly files: readonly LeftFile[]};

/** Deletes the images that a guest left behind. Backing images stay, since other guests may use them. */
export const deleteSourceDisks = defineStep<typeof params, DeleteAction, null>({
	kind: 'action',
	name: 'delete_source_disks',
	summary: 'Delete the disk images that a guest left on the host when it moved to another host. This cannot be undone.',
	examples: ['delete_source_disks: {guest: web1, moved_to: kvm2}'],
	effect: 'write',
	exclusive: true,
	params,

	needs(given, {host}, facts) {
		const {guest, moved_to, storage_map} = given;
		const moved = entryOn(moved_to, guest, facts);
		return [
			{kind: 'domains', host},
			{kind: 'domains', host: moved_to},
			...(moved === undefined ? [] : [{kind: 'domain', host: moved_to, uuid: moved.uuid} as const]),
			{kind: 'disk-users', host},
			{kind: 'kept-copies', host},
			...disksOf(definitionThere(given, facts), storage_map).flatMap(({path, from, format}): readonly FactRequest[] => [
				{kind: 'path', host, path: from},
				{kind: 'file', host, path: from},
				{kind: 'path', host: moved_to, path},
				// The contents of the image, if it exists.
				...(facts.get({kind: 'path', host, path: from})?.type === 'file'
					? [{kind: 'image', host, path: from, format} as const]
					: []),
			]),
		];
	},

	plan(given, {host}, facts) {
		guard(given, host, facts);
		const there = definitionThere(given, facts);
		const files = disksOf(there, given.storage_map).flatMap(disk => leftFile(disk, given, host, facts));
		if (files.length === 0) return {skip: `no disk images of ${given.guest} remain on ${host}`};
		return {host, guest: there?.name ?? given.guest, files};
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
	irreversible: 'deleted images cannot be restored; the guest uses its disks at the destination',
	result: ({files}) => ({
		deleted: files.map(({path}) => path),
		bytes: files.reduce((sum, {dataBytes}) => sum + dataBytes, 0),
	}),
});

async function verifyDeleted({host, files}: DeleteAction, context: StepContext): Promise<void> {
	const facts = await context.facts(files.map(({path}) => ({kind: 'path', host, path}) as const));
	for (const {path, identity} of files) {
		const found = facts.of({kind: 'path', host, path});
		if (found.type !== 'absent' && found.identity === identity) throw new StepError(`${path} still exists on ${host}`);
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

function definitionThere({guest, moved_to}: DeletionSpec, facts: Facts): DomainDefinition | undefined {
	const entry = entryOn(moved_to, guest, facts);
	return entry && facts.get({kind: 'domain', host: moved_to, uuid: entry.uuid});
}

type PlacedDisk = LocalDisk & {readonly from: string};

/** The disks with their paths at the source. */
function disksOf(definition: DomainDefinition | undefined, map: StorageMap = {}): readonly PlacedDisk[] {
	const back = Object.fromEntries(Object.entries(map).map(([from, to]) => [to, from]));
	const disks = definition === undefined ? [] : writtenDisks(definition);
	return disks.filter(({type}) => type === 'file').map(disk => ({...disk, from: mapPath(disk.path, back)}));
}

/** @throws StepError unless the guest is on `moved_to` and not on `host`. */
function guard({guest, moved_to}: DeletionSpec, host: string, facts: Facts): void {
	const there = entryOn(moved_to, guest, facts);
	if (there === undefined) {
		throw new StepError(
			`guest ${guest} not found on ${moved_to}: its disks on ${host} may be its only ones`,
			undefined,
			{
				retry: 'never',
			},
		);
	}
	const here = facts.of({kind: 'domains', host}).find(({uuid}) => uuid === there.uuid);
	if (here !== undefined) {
		throw new StepError(
			`${there.name} is still defined on ${host} (${here.state})`,
			`to remove that definition: virsh undefine --keep-nvram ${here.uuid} (on ${host})`,
			{retry: 'never'},
		);
	}
}

/** @throws StepError when the file may be needed, or is not what the guest left behind. */
function leftFile(
	{path, from, format}: PlacedDisk,
	given: DeletionSpec,
	host: string,
	facts: Facts,
): readonly LeftFile[] {
	const {guest, moved_to} = given;
	const here = facts.of({kind: 'path', host, path: from});
	if (here.type === 'absent') return [];
	const there = facts.of({kind: 'path', host: moved_to, path});
	const refuse = (why: string, remedy?: string) =>
		new StepError(`${guest}: ${from} on ${host} ${why}`, remedy, {retry: 'never'});
	if (here.type !== 'file') throw refuse('is not a regular file');
	if (there.type === 'absent') throw refuse(`may be its only disk: ${path} does not exist on ${moved_to}`);
	if (mayBeOneFile(here, there)) throw refuse(`may be the same file that the guest uses on ${moved_to}`);
	const file = facts.of({kind: 'file', host, path: from});
	if (file.type !== 'file') {
		throw refuse(
			'is a symbolic link; only the link would be deleted',
			`delete the image manually: readlink --canonicalize ${from} (on ${host})`,
		);
	}
	if (file.links > 1) {
		throw refuse(
			`has ${file.links} hard links; only this one would be deleted`,
			`find the other links: find / -xdev -samefile ${from} (on ${host})`,
		);
	}
	const why = whyInUse(host, here.identity, facts);
	if (why !== undefined) throw refuse(why);
	const [{contents = []} = {}] = facts.of({kind: 'image', host, path: from, format});
	if (contents.length > 0 && given.image_contents !== 'drop') {
		throw new StepError(
			`${guest}: ${from} on ${host} contains data that the copy lacks: ${contents.join(', ')}`,
			'keep the image, or set image_contents: drop to delete it anyway',
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
