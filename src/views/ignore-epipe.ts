import type {EventEmitter} from 'node:events';

/** The errors of a stream whose reader has gone: `| head` has exited, or the terminal was closed. */
const gone: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * Keeps the program running when the reader of its output exits. A run must finish or roll back the actions in progress
 * on the hosts even without a reader. Any other error, such as a full disk, is reported once.
 */
export function ignoreEpipe(stream: EventEmitter, tell: (text: string) => void): void {
	let told = false;
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (told || gone.has(error.code)) return;
		told = true;
		tell(`cannot write output: ${error.message}`);
	});
}
