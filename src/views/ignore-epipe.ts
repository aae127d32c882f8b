import type {EventEmitter} from 'node:events';

/** How it reads when nobody is there any more: `| head` has seen enough, a terminal was closed. */
const gone: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * Lets the program outlive whoever reads its output. A run must go on, to finish or take back what is under way on the
 * hosts, whether or not anybody looks. An error of another kind, such as a full disk, is told once.
 */
export function ignoreEpipe(stream: EventEmitter, tell: (text: string) => void): void {
	let told = false;
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (told || gone.has(error.code)) return;
		told = true;
		tell(`the output cannot be written: ${error.message}`);
	});
}
