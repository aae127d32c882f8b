import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** The definitions to change: active, persistent, or both. */
export type Definitions = readonly ('live' | 'config')[];

/** Ejects the medium of a drive. Fails if it is empty. */
export function ejectMedium(host: string, uuid: string, target: string, definitions: Definitions): Command {
	return virsh(host, 'write', [...words(uuid, target, definitions), '--eject']);
}

/** Inserts a medium, replacing any other. */
export function insertMedium(
	host: string,
	uuid: string,
	target: string,
	path: string,
	definitions: Definitions,
): Command {
	return virsh(host, 'write', [...words(uuid, target, definitions), '--update', '--source', path]);
}

function words(uuid: string, target: string, definitions: Definitions): readonly string[] {
	return ['change-media', ...definitions.map(name => `--${name}`), '--domain', uuid, '--path', target];
}
