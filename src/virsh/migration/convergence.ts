import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * Sets the maximum downtime of a migration. If set during a migration, it is discarded when that fails;
 * if set before, it applies until the guest's process ends. QEMU's default is 300 ms.
 */
export function setMaxDowntime(host: string, uuid: string, milliseconds: number): Command {
	return virsh(host, 'write', ['migrate-setmaxdowntime', '--domain', uuid, '--downtime', String(milliseconds)]);
}

export function maxDowntimeArgs(uuid: string): readonly string[] {
	return ['migrate-getmaxdowntime', '--domain', uuid];
}

/** Undefined for unexpected output: the domain does not exist or is not running. */
export function parseMaxDowntime(stdout: string): number | undefined {
	const milliseconds = /^(\d+)$/m.exec(stdout)?.[1];
	return milliseconds === undefined ? undefined : Number(milliseconds);
}

/**
 * Switches to post-copy: the guest continues at the destination and fetches its memory on demand. Requires
 * `--postcopy`.
 */
export function switchToPostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['migrate-postcopy', '--domain', uuid]);
}
