import {setTimeout as wait} from 'node:timers/promises';
import {StepError} from '../errors.ts';
import {read} from '../shell/command.ts';
import type {Shell} from '../shell/shell.ts';
import {holding, lockCodes} from './scripts.ts';

/** A host notices within its next sign of life, every two seconds, that a controller is gone; a slow one later. */
const predecessor = {tries: 150, everyMs: 200};

/** A host whose connection has gone is tried so often. */
const retakeEveryMs = 1000;

/** Who holds, for whoever finds a host held. */
export type Owner = {
	/** The run's name, which it keeps when it is resumed. */
	readonly run: string;
	/** This process: whose it is and when it began. */
	readonly text: string;
};

/** The locks of a run on the hosts that it changes. */
export class HostLocks {
	readonly #shell: Shell;
	readonly #run: string;
	readonly #owner: string;
	readonly #stop: () => void;
	readonly #held = new Map<string, Promise<void>>();
	readonly #over = new AbortController();
	readonly #sessions = new Set<Promise<unknown>>();

	/** @param stop Is called when somebody asks on a host for the run to stop: see `ask-to-stop.ts`. */
	constructor(shell: Shell, {run, text}: Owner, stop: () => void) {
		this.#stop = stop;
		this.#shell = shell;
		this.#run = `run ${run} `;
		this.#owner = `${this.#run}${text}`;
	}

	/**
	 * Holds one host after the other, by their names, so that of two runs that meet one gets all. Waits for a host that an
	 * earlier process of the same run still seems to hold: the run is resumed only when that process is known to be dead.
	 *
	 * @throws StepError when another run holds one of the hosts.
	 */
	async hold(hosts: readonly string[]): Promise<void> {
		for (const host of hosts.toSorted()) await (this.#held.get(host) ?? this.#keep(host, this.#take(host)));
	}

	async close(): Promise<void> {
		this.#over.abort();
		await Promise.allSettled(this.#sessions);
	}

	/** What comes of it is for all who ask for the host, until it has failed: then it is tried anew. */
	#keep(host: string, taking: Promise<void>): Promise<void> {
		this.#held.set(host, taking);
		taking.catch(() => {
			if (this.#held.get(host) === taking) this.#held.delete(host);
		});
		return taking;
	}

	async #take(host: string): Promise<void> {
		for (let tries = predecessor.tries; ; tries--) {
			const holder = await this.#tryToTake(host);
			// Two names of one host.
			if (holder === undefined || holder === this.#owner) return;
			if (tries === 0 || !holder.startsWith(this.#run)) throw heldByOther(host, holder);
			await wait(predecessor.everyMs);
		}
	}

	/**
	 * The session that held a host has gone, with its connection or with the host: nothing more is begun there until it is
	 * held again. When another run has come in between, this one stops.
	 */
	async #takeAgain(host: string): Promise<void> {
		for (;;) {
			try {
				await this.#take(host);
				return;
			} catch (error) {
				if (this.#over.signal.aborted) return;
				if (isHeldByOther(error)) {
					this.#stop();
					throw error;
				}
				await wait(retakeEveryMs, undefined, {signal: this.#over.signal}).catch(() => {});
			}
		}
	}

	/** Gives who holds the host already, if anybody does. */
	#tryToTake(host: string): Promise<string | undefined> {
		const {signal} = this.#over;
		let heard = '';
		let holds = false;
		return new Promise((resolve, reject) => {
			const failed = (error: Error) => {
				reject(error);
				if (holds && !signal.aborted) this.#sessions.add(this.#keep(host, this.#takeAgain(host)));
			};
			const ended = this.#shell
				.run(read(host, ['sh', '-c', holding, 'sh', this.#owner]), {
					signal,
					onStdout: text => {
						heard = (heard + text).slice(-12);
						if (heard.includes('held\n')) {
							holds = true;
							resolve(undefined);
						}
						if (heard.includes('stop\n')) this.#stop();
					},
				})
				.then(outcome => {
					if (outcome.end === 'exited' && outcome.code === lockCodes.held) return resolve(outcome.stdout.trim());
					failed(new StepError(`${host} could not be held: ${outcome.stderr.trim() || outcome.end}`));
				}, failed);
			this.#sessions.add(ended);
		});
	}
}

function heldByOther(host: string, owner: string): StepError {
	return new StepError(
		`another run is changing ${host}: ${owner || 'it does not say which'}`,
		`wait for its end, or end it: vacate abort --host ${host} -i INVENTORY`,
		{retry: 'never'},
	);
}

/** Of what can go wrong when a host is taken, this alone does not pass by itself. */
function isHeldByOther(error: unknown): boolean {
	return error instanceof StepError && error.retry === 'never';
}
