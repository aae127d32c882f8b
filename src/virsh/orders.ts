import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Pauses a running domain. */
export function suspend(host: string, uuid: string): Command {
	return virsh(host, 'write', ['suspend', '--domain', uuid]);
}

/** Asks a domain to shut down, and does not wait for it. */
export function shutdown(host: string, uuid: string): Command {
	return virsh(host, 'write', ['shutdown', '--domain', uuid]);
}

/** Ends a domain at once, as if its power went. */
export function destroy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['destroy', '--domain', uuid]);
}

/** Lets a domain run on at the destination before all of its memory is there. The migration must allow it. */
export function migratePostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['migrate-postcopy', '--domain', uuid]);
}

/** Interrupts a migration in its post-copy phase; both sides then wait for it to be resumed. */
export function interruptPostcopy(host: string, uuid: string): Command {
	return virsh(host, 'write', ['domjobabort', '--domain', uuid, '--postcopy']);
}
