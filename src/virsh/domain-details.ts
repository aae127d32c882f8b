import type {DomainDefinition} from './definition/dumpxml.ts';
import {dumpStoredWords} from './definition/dumpxml.ts';
import {parseDefinition} from './definition/parse-definition.ts';

/** What libvirt knows of a guest beside its definition and its state. */
export type DomainDetails = {
	/** Its memory is saved in a file. */
	readonly managedSave: boolean;
	readonly snapshots: readonly string[];
	/** Targets of disks with a block job. */
	readonly blockJobs: readonly string[];
	/** What its next start takes from its stored definition; undefined for a guest that has none. */
	readonly stored?: Pick<DomainDefinition, 'memoryKib' | 'vcpus' | 'disks'>;
};

/** The subcommands of a batch that tell it. */
export function domainDetailsArgs(uuid: string, targets: readonly string[]): readonly (readonly string[])[] {
	return [
		['dominfo', '--domain', uuid],
		['snapshot-list', '--name', '--domain', uuid],
		dumpStoredWords(uuid),
		...targets.map(target => ['blockjob', '--domain', uuid, '--path', target, '--info']),
	];
}

/** What the subcommands have printed, in their order; undefined when the host has no such domain. */
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

/** Of a line `Name:   value`. To regular expressions a guest's name may hold the end of a line; to virsh it cannot. */
function fieldOf(text: string, name: string): string | undefined {
	const line = text.split('\n').find(one => one.startsWith(`${name}:`));
	return line?.slice(name.length + 1).trim();
}
