import type {Readable, Writable} from 'node:stream';
import type {ClientChannel} from 'ssh2';
import type {Ending} from '../shell/shell.ts';
import type {Connection} from './connection.ts';

/** A running command on a host. */
export type Session = {
	readonly stdin: Writable;
	readonly stdout: Readable;
	readonly stderr: Readable;
	/** Registers a callback, called once when all output has arrived. */
	onEnd(call: (ending: Ending) => void): void;
	/** Stops listening. This does not kill the command. */
	close(): void;
};

/** A session on a channel of a connection. */
export function channelSession(channel: ClientChannel, connection: Connection): Session {
	return {
		stdin: channel,
		stdout: channel,
		stderr: channel.stderr,
		onEnd(call) {
			let exited: Ending | undefined;
			let over = false;
			const end = (ending: Ending) => {
				if (over) return;
				over = true;
				forget();
				call(exited ?? ending);
			};
			channel.on('exit', (code: number | null, signal?: string) => {
				exited = code === null ? {end: 'signalled', signal: nameOf(signal)} : {end: 'exited', code};
			});
			// A channel that closes without an exit status on an open connection was closed by the server.
			channel.on('close', () => end({end: 'lost', reason: 'the server closed the channel'}));
			const forget = connection.onGone(reason => queueMicrotask(() => end({end: 'lost', reason})));
		},
		close: () => channel.close(),
	};
}

/** A host can send any text as a signal name; only valid names are passed on. */
function nameOf(signal: string | undefined): string {
	return signal !== undefined && /^SIG[A-Z0-9]{1,12}$/.test(signal) ? signal : 'a signal';
}
