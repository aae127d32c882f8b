import type {DomainDefinition, DomainDisk} from './dumpxml.ts';

/** @throws Error when the text is not a whole domain definition. */
export async function parseDefinition(xml: string): Promise<DomainDefinition> {
	// The XML library takes a tenth of a second of the start of every command that does without it.
	const [{readDefinition}, {readTraits}, {readGuestMetadata}] = await Promise.all([
		import('./definition-xml.ts'),
		import('./traits.ts'),
		import('./guest-metadata.ts'),
	]);
	return {...readDefinition(xml), traits: readTraits(xml), metadata: readGuestMetadata(xml)};
}

/**
 * The same of a domain that runs, with what its stored definition has beside.
 *
 * @throws Error when one of the texts is not a whole domain definition.
 */
export async function parseDefinitions(xml: string, stored: string): Promise<DomainDefinition> {
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

/** Cheaper than to read both: names the stored definition a source that the running one does not, or images below one? */
function mayDiffer(xml: string, stored: string): boolean {
	if (/<backingStore [^>]*type=|<dataStore|<slices/.test(stored)) return true;
	const sources = stored.matchAll(/<source [^>]*?\b(?:file|dev)='([^']*)'/g);
	return [...sources].some(([, path]) => !xml.includes(`='${path}'`));
}

/** With what the stored definition of the same disk says. */
function withUnsupported(disk: DomainDisk, stored: readonly DomainDisk[]): DomainDisk {
	const own = stored.find(({target, path}) => target === disk.target && path === disk.path)?.unsupported ?? [];
	const unsupported = [...new Set([...(disk.unsupported ?? []), ...own])];
	return unsupported.length === 0 ? disk : {...disk, unsupported};
}
