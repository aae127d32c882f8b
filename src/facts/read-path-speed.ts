import {listenForData, measurePath, type PathSpeed, parsePathSpeed} from '../capabilities/path-speed.ts';
import {StepError} from '../errors.ts';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import type {Request} from './facts.ts';
import {listenUntil} from './read-path.ts';

/** Sends data from the source to a temporary server at the destination, which is always stopped. */
export async function readPathSpeed(shell: Shell, {host, to, address}: Request<'path-speed'>): Promise<PathSpeed> {
	const stop = new AbortController();
	const listening = listenUntil(shell, listenForData(to, address), stop.signal);
	try {
		const [port] = await listening.ports;
		if (port === undefined) throw new StepError(`${to} has no free port for the measurement, or no qemu-nbd`);
		const {stdout} = await demand(shell, measurePath(host, address, port));
		const speed = parsePathSpeed(stdout);
		if (speed === undefined) throw new StepError(`no data could be sent from ${host} to ${address}, port ${port}`);
		return speed;
	} finally {
		stop.abort();
		await listening.end;
	}
}
