import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** UUIDs of domains with additional libvirt objects. */
export type DomainArtifacts = {
	readonly snapshots: readonly string[];
	readonly checkpoints: readonly string[];
	/** Domains with a managed save image. */
	readonly saved: readonly string[];
};

/** The subcommands of a batch that read it. */
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

/** Reads the libvirt secrets of a host. */
export function secrets(host: string): Command {
	return virsh(host, 'read', ['secret-list']);
}

export function parseSecrets(stdout: string): readonly string[] {
	return uuidsIn(stdout);
}

/** In a table or list, a UUID starts a line or follows spaces. */
function uuidsIn(text: string): readonly string[] {
	return [...text.matchAll(/^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gm)].map(([, uuid = '']) => uuid);
}
