import {setTimeout as wait} from 'node:timers/promises';
import {StepError} from '../errors.ts';
import {read} from '../shell/command.ts';
import type {Shell} from '../shell/shell.ts';
import {holding, lockCodes} from './scripts.ts';

/** A host detects within its next heartbeat, two seconds or more if it is slow, that the controller is gone. */
const predecessor = {tries: 150, everyMs: 200};

/** How often to retry a host whose connection was lost. */
const retakeEveryMs = 1000;

/** The owner of a lock, as other runs see it. */
export type Owner = {
	/** The name of the run, which stays the same when it is resumed. */
	readonly run: string;
	/** Identifies this process: its user and its start time. */
	readonly text: string;
};

/** The locks of a run on the hosts that it changes. */
export class HostLocks {
	readonly #shell: Shell;
	readonly #run: string;
	readonly #owner: string;
	readonly #stop: (why?: string) => void;
	readonly #held = new Map<string, Promise<void>>();
	readonly #over = new AbortController();
	readonly #sessions = new Set<Promise<unknown>>();

	/** @param stop Called when somebody requests on a host that the run stop, with what was said: see `ask-to-stop.ts`. */
	constructor(shell: Shell, {run, text}: Owner, stop: (why?: string) => void) {
		this.#stop = stop;
		this.#shell = shell;
		this.#run = `run ${run} `;
		this.#owner = `${this.#run}${text}`;
	}

	/**
	 * Locks the hosts one by one in the order of their names, so that of two conflicting runs one gets all of them.
	 * Waits for a host that an earlier process of the same run still seems to hold: a run is resumed only if that
	 * process is dead.
	 *
	 * @throws StepError if another run holds one of the hosts.
	 */
	async hold(hosts: readonly string[]): Promise<void> {
		for (const host of hosts.toSorted()) await (this.#held.get(host) ?? this.#keep(host, this.#take(host)));
	}

	async close(): Promise<void> {
		this.#over.abort();
		await Promise.allSettled(this.#sessions);
	}

	/** All callers for a host share one attempt to lock it; after a failure a new attempt is made. */
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
			// Both names refer to the same host.
			if (holder === undefined || holder === this.#owner) return;
			if (tries === 0 || !holder.startsWith(this.#run)) throw heldByOther(host, holder);
			await wait(predecessor.everyMs);
		}
	}

	/**
	 * The session that held a lock is gone, with its connection or with the host. Nothing more is started there until
	 * the lock is acquired again. If another run got it in the meantime, this run stops.
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

	/** Returns the current owner of the lock, if there is one. */
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
						heard = (heard + text).slice(-longestHeard);
						if (heard.includes('held\n')) {
							holds = true;
							resolve(undefined);
						}
						if (!heard.includes('stop\n')) return;
						const [, why] = /why (.*)\nstop\n/.exec(heard) ?? [];
						heard = '';
						this.#stop(why);
					},
				})
				.then(outcome => {
					if (outcome.end === 'exited' && outcome.code === lockCodes.held) return resolve(outcome.stdout.trim());
					failed(new StepError(`cannot lock ${host}: ${outcome.stderr.trim() || outcome.end}`));
				}, failed);
			this.#sessions.add(ended);
		});
	}
}

/** What a host says at once is not longer: dots, and who asks to stop. */
const longestHeard = 5000;

function heldByOther(host: string, owner: string): StepError {
	return new StepError(
		`another run is changing ${host}: ${owner || 'owner unknown'}`,
		`wait for it to finish or stop it: vacate abort --host ${host} -i INVENTORY`,
		{retry: 'never'},
	);
}

/** The only failure to lock a host that does not go away with time. */
function isHeldByOther(error: unknown): boolean {
	return error instanceof StepError && error.retry === 'never';
}
