import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Which of a domain's definitions is changed: that of its process, the stored one, or both. */
export type Definitions = readonly ('live' | 'config')[];

/** Takes the medium out of a drive. Fails where there is none. */
export function ejectMedium(host: string, uuid: string, target: string, definitions: Definitions): Command {
	return virsh(host, 'write', [...words(uuid, target, definitions), '--eject']);
}

/** Puts a medium in a drive, whatever is in it. */
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
