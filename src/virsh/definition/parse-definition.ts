import type {DomainDefinition, DomainDisk} from './dumpxml.ts';
import {demandSmallXml} from './xml-limits.ts';

/** @throws Error if the text is not a complete domain definition. */
export async function parseDefinition(xml: string): Promise<DomainDefinition> {
	// Loaded on demand: the XML library adds a tenth of a second to the start of every command.
	const [{readDefinition}, {readTraits}, {readGuestMetadata}] = await Promise.all([
		import('./definition-xml.ts'),
		import('./traits.ts'),
		import('./guest-metadata.ts'),
	]);
	return {...readDefinition(xml), traits: readTraits(xml), metadata: readGuestMetadata(xml)};
}

/**
 * Parses the definition of a running domain, with additions of its persistent definition.
 *
 * @throws Error if one of the texts is not a complete domain definition.
 */
export async function parseDefinitions(xml: string, stored: string): Promise<DomainDefinition> {
	demandSmallXml(stored);
	const definition = await parseDefinition(xml);
	if (!mayDiffer(xml, stored)) return definition;
	const {disks} = await parseDefinition(stored);
	const storedOnly = disks.filter(
		({path, type}) => path !== undefined && type !== 'network' && !definition.disks.some(disk => disk.path === path),
	);
	return {
		...definition,
		disks: definition.disks.map(disk => withUnsupported(disk, disks)),
		...(storedOnly.length === 0 ? {} : {storedOnly: storedOnly.map(({target, path = ''}) => ({target, path}))}),
	};
}

/**
 * Quick check, without parsing: whether the persistent definition contains other sources than the active one, or
 * backing files.
 */
function mayDiffer(xml: string, stored: string): boolean {
	if (/<backingStore [^>]*type=|<dataStore|<slices/.test(stored)) return true;
	const sources = stored.matchAll(/<source [^>]*?\b(?:file|dev)='([^']*)'/g);
	return [...sources].some(([, path]) => !xml.includes(`='${path}'`));
}

/** A disk with additions of its persistent definition. */
function withUnsupported(disk: DomainDisk, stored: readonly DomainDisk[]): DomainDisk {
	const own = stored.find(({target, path}) => target === disk.target && path === disk.path)?.unsupported ?? [];
	const unsupported = [...new Set([...(disk.unsupported ?? []), ...own])];
	return unsupported.length === 0 ? disk : {...disk, unsupported};
}
