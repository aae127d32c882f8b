import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Aborts a migration, on its source only. The guest continues at the source. */
export function domjobabort(host: string, uuid: string): Command {
	return virsh(host, 'write', ['domjobabort', '--domain', uuid]);
}

/** Interrupts a migration in its post-copy phase; both sides then wait until it is resumed. */
export function interruptPostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['domjobabort', '--domain', uuid, '--postcopy']);
}
