import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/**
 * How long the guest may stand still at the end of a migration. Said while one runs, it is forgotten when that one fails;
 * said before, it holds until the guest's process ends. QEMU's own value is 300 ms.
 */
export function setMaxDowntime(host: string, uuid: string, milliseconds: number): Command {
	return virsh(host, 'write', ['migrate-setmaxdowntime', '--domain', uuid, '--downtime', String(milliseconds)]);
}

export function maxDowntimeArgs(uuid: string): readonly string[] {
	return ['migrate-getmaxdowntime', '--domain', uuid];
}

/** Undefined for an answer that is none: no such domain, or it does not run. */
export function parseMaxDowntime(stdout: string): number | undefined {
	const milliseconds = /^(\d+)$/m.exec(stdout)?.[1];
	return milliseconds === undefined ? undefined : Number(milliseconds);
}

/** From now on the guest runs at the destination and gets its memory page by page. Only where `--postcopy` was said. */
export function switchToPostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['migrate-postcopy', '--domain', uuid]);
}
