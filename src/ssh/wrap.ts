import type {Command} from '../shell/command.ts';
import {quoteArgv} from '../shell/quote.ts';

/**
 * A small script around each command. It says, on both outputs, where the command's own output begins, as the login
 * shell's start-up files may have printed something before; and its process number, which is that of the command too
 * and of its process group, so that it can be ended: closing a channel does not.
 */
const script = 'printf "%s\\n" "$0"; printf "%s %s\\n" "$0" "$$" >&2; LC_ALL=C; export LC_ALL; exec "$@"';

/** One line that bash, dash and fish read alike. */
export function wrap({argv, environment = {}}: Command, marker: string): string {
	const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
	const whole = settings.length === 0 ? argv : ['env', ...settings, ...argv];
	return `exec ${quoteArgv(['sh', '-c', script, marker, ...whole])}`;
}

/** Ends the process group of a command. */
export function killLine(pid: number): string {
	return `kill -TERM -- -${pid}; sleep 1; kill -KILL -- -${pid} 2>/dev/null; true`;
}

/** Takes an output as it comes, and hands on what stands behind the marker's line. */
export class AfterMarker {
	readonly #marker: string;
	readonly #onMarker: (rest: string) => void;
	#before: string | undefined = '';

	constructor(marker: string, onMarker: (rest: string) => void = () => {}) {
		this.#marker = marker;
		this.#onMarker = onMarker;
	}

	/** The part of the text that is the command's own. */
	take(text: string): string {
		if (this.#before === undefined) return text;
		this.#before += text;
		const start = this.#before.indexOf(this.#marker);
		const end = start < 0 ? -1 : this.#before.indexOf('\n', start);
		if (end < 0) return '';
		this.#onMarker(this.#before.slice(start + this.#marker.length, end).trim());
		const own = this.#before.slice(end + 1);
		this.#before = undefined;
		return own;
	}

	/** What came when the marker never did: the login shell itself has failed. */
	rest(): string {
		return this.#before ?? '';
	}
}
