import type {Command} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import {listen, type PathProbe, parseListening, parsePathProbe, probePath} from '../virsh/migration/path-probe.ts';
import type {Request} from './facts.ts';

/** Connects from the source to a temporary server at the destination, which is always stopped. */
export async function readPathProbe(shell: Shell, {host, to, trial}: Request<'path-probe'>): Promise<PathProbe> {
	const stop = new AbortController();
	const listening = listenUntil(shell, listen(to, trial), stop.signal);
	try {
		const ports = await listening.ports;
		const {stdout} = await demand(shell, probePath(host, {...trial, ports}));
		return parsePathProbe(stdout);
	} finally {
		stop.abort();
		await listening.end;
	}
}

type Listening = {readonly ports: Promise<readonly number[]>; readonly end: Promise<unknown>};

/** A failed server is reported as listening on no port. */
export function listenUntil(shell: Shell, command: Command, signal: AbortSignal): Listening {
	let said = '';
	let hear = (_ports: readonly number[]) => {};
	const heard = new Promise<readonly number[]>(resolve => {
		hear = resolve;
	});
	const running = shell.run(command, {
		signal,
		onStdout(text) {
			said += text;
			const ports = parseListening(said);
			if (ports !== undefined) hear(ports);
		},
	});
	const ended = running.then(({stdout}) => parseListening(stdout) ?? []);
	return {ports: Promise.race([heard, ended]), end: ended.catch(() => {})};
}
