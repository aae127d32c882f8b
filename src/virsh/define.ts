import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Stores a domain's definition. A running transient domain of the same UUID becomes persistent. */
export function define(host: string, xml: string): Command {
	return {...virsh(host, 'write', ['define', '--file', '/dev/stdin']), stdin: xml};
}
