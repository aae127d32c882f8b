import {dirname} from 'node:path/posix';
import {type PathFact, parseStats, stats} from '../files/stat.ts';
import {type ImageInfo, info, parseInfo} from '../qemu-img/info.ts';
import {demand, failureOf} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import {dumpxmlArgs} from '../virsh/definition/dumpxml.ts';
import type {NamedStorage, VolumeName} from '../virsh/definition/paths-in-xml.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import {askAll, unreadable} from './ask.ts';
import type {DiskUsers} from './facts.ts';
import {readDomains} from './read-domains.ts';

/** A path used by a guest, before its identity is known. */
type Named = {readonly guest: DomainStatus; readonly path: string; readonly below?: string};

type Unresolved = DiskUsers['unresolved'][number];

/** Maximum number of paths in one command, since argument lists are limited. */
const mostPaths = 200;

/**
 * The files used by the guests of a host: every path in an active or persistent definition, volumes of pools, and
 * backing files. Files are identified by device and inode, so that alternative paths are detected.
 */
export async function readDiskUsers(shell: Shell, {host}: {readonly host: string}): Promise<DiskUsers> {
	const guests = await readDomains(shell, host);
	const unresolved: Unresolved[] = [];
	const storages = await readStorages(shell, host, guests, unresolved);
	const volumes = await readVolumes(shell, host, storages);
	const named: Named[] = [];
	for (const {guest, storage} of storages) {
		for (const path of storage.paths) named.push({guest, path});
		for (const volume of storage.volumes) {
			const path = volumes.get(keyOf(volume));
			if (path === undefined) unresolved.push({guest: guest.name, what: `the volume ${keyOf(volume)}`});
			else named.push({guest, path});
		}
	}
	const tops = await identified(shell, host, named);
	const there = new Set(tops.map(({path}) => path));
	const layers = await Promise.all(
		storages.flatMap(({guest, storage}) =>
			storage.chains.map(async (chain): Promise<readonly Named[]> => {
				const path = 'path' in chain ? chain.path : volumes.get(keyOf(chain));
				if (path === undefined || !there.has(path)) return [];
				const below = await readLayers(shell, host, path, chain.format);
				if (below === undefined) unresolved.push({guest: guest.name, what: `the backing chain of ${path}`});
				return (below ?? []).map(layer => ({guest, path: layer, below: path}));
			}),
		),
	);
	return {uses: [...tops, ...(await identified(shell, host, layers.flat()))], unresolved};
}

type Storage = {readonly guest: DomainStatus; readonly storage: NamedStorage};

/** The paths in each definition, active and persistent. A definition that cannot be read leads to unknown files. */
async function readStorages(
	shell: Shell,
	host: string,
	guests: readonly DomainStatus[],
	unresolved: Unresolved[],
): Promise<readonly Storage[]> {
	if (guests.length === 0) return [];
	const words = guests.flatMap(({uuid}) => [dumpxmlArgs(uuid), [...dumpxmlArgs(uuid), '--inactive']]);
	const {texts} = await askAll(shell, host, words);
	// Loaded on demand: the XML library adds a tenth of a second to the start of every command.
	const {storageInXml} = await import('../virsh/definition/paths-in-xml.ts');
	return guests.flatMap((guest, index) => {
		const own = texts.slice(index * 2, index * 2 + 2).filter(text => text.trim() !== '');
		if (own.length === 0) {
			const argv = ['virsh', ...dumpxmlArgs(guest.uuid)] as const;
			throw unreadable({host, argv}, {stdout: '', stderr: ''}, `printed no definition of ${guest.name}`);
		}
		return own.flatMap(xml => {
			try {
				return [{guest, storage: storageInXml(xml)}];
			} catch (error) {
				unresolved.push({guest: guest.name, what: `its definition: ${error instanceof Error ? error.message : error}`});
				return [];
			}
		});
	});
}

function keyOf({pool, volume}: VolumeName): string {
	return `${pool}/${volume}`;
}

/** The paths of volumes; volumes of inactive pools have none. */
async function readVolumes(
	shell: Shell,
	host: string,
	storages: readonly Storage[],
): Promise<ReadonlyMap<string, string>> {
	const volumes = storages.flatMap(({storage}) => storage.volumes);
	if (volumes.length === 0) return new Map();
	const words = volumes.map(({pool, volume}) => ['vol-path', '--pool', pool, '--vol', volume]);
	const {texts} = await askAll(shell, host, words);
	const found = volumes.map((volume, index) => [keyOf(volume), texts[index]?.trim() ?? ''] as const);
	return new Map(found.filter(([, path]) => path !== ''));
}

/** The backing files and data file of an image; undefined if unreadable. */
async function readLayers(
	shell: Shell,
	host: string,
	path: string,
	format: string,
): Promise<readonly string[] | undefined> {
	const outcome = await shell.run(info(host, path, format));
	if (outcome.end === 'lost' || outcome.end === 'aborted') throw failureOf(info(host, path, format), outcome);
	if (outcome.end !== 'exited' || outcome.code !== 0) return undefined;
	return imagesIn(outcome.stdout)?.flatMap((image, index) => [
		...(index === 0 ? [] : [image.path]),
		...(image.dataFile === undefined ? [] : [absolute(image.dataFile, image.path)]),
	]);
}

function imagesIn(stdout: string): readonly ImageInfo[] | undefined {
	try {
		return parseInfo(stdout);
	} catch {
		return undefined;
	}
}

function absolute(name: string, beside: string): string {
	const path = name.replace(/^file:/, '');
	return path.startsWith('/') ? path : `${dirname(beside)}/${path}`;
}

/** Keeps files and block devices; ignores directories, sockets and missing files. */
async function identified(shell: Shell, host: string, named: readonly Named[]): Promise<DiskUsers['uses']> {
	const paths = [...new Set(named.map(({path}) => path))];
	const found = new Map<string, PathFact>();
	for (let at = 0; at < paths.length; at += mostPaths) {
		const some = paths.slice(at, at + mostPaths);
		const command = stats(host, some);
		const outcome = await demand(shell, command);
		const facts = parseStats(outcome.stdout, some.length);
		if (facts === undefined) throw failureOf(command, outcome);
		for (const [index, path] of some.entries()) found.set(path, facts[index] ?? {type: 'absent'});
	}
	return named.flatMap(({guest: {uuid, name}, path, below}) => {
		const fact = found.get(path);
		if (fact === undefined || (fact.type !== 'file' && fact.type !== 'block')) return [];
		const use = {uuid, guest: name, path, identity: fact.identity};
		return [below === undefined ? use : {...use, below}];
	});
}
