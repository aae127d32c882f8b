import type {DomainDefinition} from './definition/dumpxml.ts';
import {dumpStoredWords} from './definition/dumpxml.ts';
import {parseDefinition} from './definition/parse-definition.ts';

/** Properties of a guest other than its definition and state. */
export type DomainDetails = {
	/** Has a managed save image. */
	readonly managedSave: boolean;
	readonly snapshots: readonly string[];
	/** Targets of disks with a block job. */
	readonly blockJobs: readonly string[];
	/** Values of the persistent definition for the next start; undefined without one. */
	readonly stored?: Pick<DomainDefinition, 'memoryKib' | 'vcpus' | 'disks'>;
};

/** The subcommands of a batch that read it. */
export function domainDetailsArgs(uuid: string, targets: readonly string[]): readonly (readonly string[])[] {
	return [
		['dominfo', '--domain', uuid],
		['snapshot-list', '--name', '--domain', uuid],
		dumpStoredWords(uuid),
		...targets.map(target => ['blockjob', '--domain', uuid, '--path', target, '--info']),
	];
}

/** Parses the outputs of the subcommands, in order; undefined if the domain does not exist. */
export async function parseDomainDetails(
	texts: readonly string[],
	targets: readonly string[],
): Promise<DomainDetails | undefined> {
	const [info = '', snapshots = '', inactive = '', ...jobs] = texts;
	const saved = fieldOf(info, 'Managed save');
	if (saved === undefined) return undefined;
	const isPersistent = fieldOf(info, 'Persistent') === 'yes';
	const stored = isPersistent && inactive.trim() !== '' ? await parseDefinition(inactive) : undefined;
	return {
		managedSave: saved === 'yes',
		snapshots: snapshots.split('\n').filter(line => line !== ''),
		blockJobs: targets.filter((_, index) => /\[ *\d+(\.\d+)? *%\]/.test(jobs[index] ?? '')),
		...(stored === undefined ? {} : {stored: {memoryKib: stored.memoryKib, vcpus: stored.vcpus, disks: stored.disks}}),
	};
}

/** The value of a line `Name:   value`. Guest names may contain characters that regular expressions treat as line ends. */
function fieldOf(text: string, name: string): string | undefined {
	const line = text.split('\n').find(one => one.startsWith(`${name}:`));
	return line?.slice(name.length + 1).trim();
}
