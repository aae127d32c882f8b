import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {dropIdentified} from '../../files/claim.ts';
import {mayBeOneFile} from '../../files/stat.ts';
import type {DomainDefinition} from '../../virsh/dumpxml.ts';
import {type LocalDisk, writtenDisks} from '../migration/disks/disk-scene.ts';
import {mapPath, type StorageMap} from '../migration/disks/storage-map.ts';
import {moveParams} from '../migration/options/move-params.ts';
import {defineStep} from '../step.ts';

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

type LeftFile = {readonly path: string; readonly identity: string};

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
		const entries = facts.get({kind: 'domains', host}) ?? [];
		const moved = entryOn(moved_to, guest, facts);
		return [
			{kind: 'domains', host},
			{kind: 'domains', host: moved_to},
			...(moved === undefined ? [] : [{kind: 'domain', host: moved_to, uuid: moved.uuid} as const]),
			...entries.map(({uuid}) => ({kind: 'domain', host, uuid}) as const),
			...neighboursOn(host, facts).map(({path, format}) => ({kind: 'image', host, path, format}) as const),
			...disksOf(definitionThere(wish, facts), storage_map).flatMap(({path, from, format}): readonly FactRequest[] => [
				{kind: 'path', host, path: from},
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

	preview: ({host, files}) => files.map(({path, identity}) => dropIdentified(host, identity, path)),
	async apply({host, files}, context) {
		for (const {path, identity} of files) await context.run(dropIdentified(host, identity, path));
		return null;
	},
	async verify({host, files}, context) {
		const facts = await context.facts(files.map(({path}) => ({kind: 'path', host, path}) as const));
		for (const {path, identity} of files) {
			const found = facts.of({kind: 'path', host, path});
			if (found.type !== 'absent' && found.identity === identity) throw new StepError(`${path} is still on ${host}`);
		}
	},
	irreversible: 'the guest has its disks where it is, and what it has left behind is gone',
	result: ({files}) => ({deleted: files.map(({path}) => path)}),
});

function entryOn(host: string, guest: string, facts: Facts) {
	return facts.get({kind: 'domains', host})?.find(({uuid, name}) => uuid === guest || name === guest);
}

function definitionThere({guest, moved_to}: Wish, facts: Facts): DomainDefinition | undefined {
	const entry = entryOn(moved_to, guest, facts);
	return entry && facts.get({kind: 'domain', host: moved_to, uuid: entry.uuid});
}

/** The disks of all guests of the host. */
function neighboursOn(host: string, facts: Facts): readonly LocalDisk[] {
	const entries = facts.get({kind: 'domains', host}) ?? [];
	const definitions = entries.map(({uuid}) => facts.get({kind: 'domain', host, uuid}));
	return definitions.flatMap(definition => (definition === undefined ? [] : writtenDisks(definition)));
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
	const refuse = (why: string) => new StepError(`${guest}: ${from} on ${host} ${why}`, undefined, {retry: 'never'});
	if (here.type !== 'file') throw refuse('is no file');
	if (there.type === 'absent') throw refuse(`may be its only disk: ${path} is not on ${moved_to}`);
	if (mayBeOneFile(here, there)) throw refuse(`may be the very file that it uses on ${moved_to}`);
	const usedBy = neighboursOn(host, facts).find(disk =>
		facts.of({kind: 'image', host, path: disk.path, format: disk.format}).some(layer => layer.path === from),
	);
	if (usedBy !== undefined) throw refuse(`is below ${usedBy.path}, which another guest uses`);
	const [{contents = []} = {}] = facts.of({kind: 'image', host, path: from, format});
	if (contents.length > 0 && wish.image_contents !== 'drop') {
		throw new StepError(
			`${guest}: ${from} on ${host} holds what its copy does not: ${contents.join(', ')}`,
			'keep the image, or delete it with them: image_contents: drop',
			{retry: 'never'},
		);
	}
	return [{path: from, identity: here.identity}];
}
