import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Domains of a host, by their UUIDs, with something that libvirt keeps beside their definitions. */
export type DomainArtifacts = {
	readonly snapshots: readonly string[];
	readonly checkpoints: readonly string[];
	/** Their memory lies in a file, and they go on from there when they are started. */
	readonly saved: readonly string[];
};

/** The subcommands of a batch that tell it. */
export const domainArtifactsArgs = ['--with-snapshot', '--with-checkpoint', '--with-managed-save'].map(filter => [
	'list',
	'--all',
	'--uuid',
	filter,
]);

export function parseDomainArtifacts(texts: readonly string[]): DomainArtifacts {
	const [snapshots = [], checkpoints = [], saved = []] = texts.map(uuidsIn);
	return {snapshots, checkpoints, saved};
}

/** Which secrets a host has. */
export function secrets(host: string): Command {
	return virsh(host, 'read', ['secret-list']);
}

export function parseSecrets(stdout: string): readonly string[] {
	return uuidsIn(stdout);
}

/** A table or a list: a UUID begins a line, or follows blanks. */
function uuidsIn(text: string): readonly string[] {
	return [...text.matchAll(/^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gm)].map(([, uuid = '']) => uuid);
}
