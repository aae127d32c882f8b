import {type Command, read} from '../shell/command.ts';
import {looking} from './scripts.ts';

/** Queries which run has locked a host. */
export function lookAtLock(host: string): Command {
	return read(host, ['sh', '-c', looking]);
}

/** `run X of NAME@MACHINE, since …`; null if no run has locked it. */
export function parseLock(stdout: string): string | null {
	const holder = stdout.trim();
	return holder === '' ? null : holder;
}
