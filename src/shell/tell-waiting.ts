import {decorate} from './decorate.ts';
import type {Shell} from './shell.ts';

/** How often to report that a host is waited for. */
const usualEveryMs = 5000;

/** A shell that reports every few seconds which hosts have not answered since. */
export function tellWaiting(shell: Shell, tell: (text: string) => void, everyMs = usualEveryMs): Shell {
	const waits = new Map<string, Wait>();
	return decorate(shell, async (command, run) => {
		const {host} = command;
		const wait = waits.get(host) ?? new Wait(host, tell, everyMs);
		waits.set(host, wait);
		wait.begin();
		try {
			return await run(command);
		} finally {
			wait.end();
		}
	});
}

/** The commands that one host has not finished yet. */
class Wait {
	readonly #host: string;
	readonly #tell: (text: string) => void;
	readonly #everyMs: number;
	#open = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(host: string, tell: (text: string) => void, everyMs: number) {
		this.#host = host;
		this.#tell = tell;
		this.#everyMs = everyMs;
	}

	begin(): void {
		this.#open += 1;
		if (this.#timer === undefined) this.#start();
	}

	/** An answer: the time starts again for the commands that are still open. */
	end(): void {
		this.#open -= 1;
		clearInterval(this.#timer);
		this.#timer = undefined;
		if (this.#open > 0) this.#start();
	}

	#start(): void {
		let times = 0;
		this.#timer = setInterval(() => {
			times += 1;
			this.#tell(`waiting for ${this.#host} (${(times * this.#everyMs) / 1000} s)`);
		}, this.#everyMs);
	}
}
