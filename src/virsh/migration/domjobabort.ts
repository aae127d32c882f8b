import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Cancels a migration, on its source: on the destination it does not work. The guest runs on at the source. */
export function domjobabort(host: string, uuid: string): Command {
	return virsh(host, 'write', ['domjobabort', '--domain', uuid]);
}

/** Interrupts a migration in its post-copy phase; both sides then wait for it to be resumed. */
export function interruptPostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['domjobabort', '--domain', uuid, '--postcopy']);
}
