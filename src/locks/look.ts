import {type Command, read} from '../shell/command.ts';
import {looking} from './scripts.ts';

/** Asks which run holds a host. */
export function lookAtLock(host: string): Command {
	return read(host, ['sh', '-c', looking]);
}

/** `run X of NAME@MACHINE, since …`; null where no run holds it. */
export function parseLock(stdout: string): string | null {
	const holder = stdout.trim();
	return holder === '' ? null : holder;
}
