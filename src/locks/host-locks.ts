import {StepError} from '../errors.ts';
import {read} from '../shell/command.ts';
import type {Shell} from '../shell/shell.ts';

/**
 * Holds a host until nobody listens any more: with the connection the lock goes, so that a controller that has died leaves
 * none behind. The file stays and says who held it last.
 */
const holding = `
file=/run/lock/vacate.lock
[ -w /run/lock ] || file=/tmp/vacate.lock
[ -e "$file" ] || (umask 0; : > "$file")
exec 9<"$file" || exit 74
flock -n 9 || { cat "$file"; exit 75; }
{ printf '%s\\n' "$1" > "$file"; } 2>/dev/null
printf 'held\\n'
while printf .; do sleep 2 9<&-; done
`;

/** The locks of a run on the hosts that it changes. */
export class HostLocks {
	readonly #shell: Shell;
	readonly #owner: string;
	readonly #held = new Map<string, Promise<void>>();
	readonly #over = new AbortController();
	readonly #sessions = new Set<Promise<unknown>>();

	/** @param owner Who this is, for whoever finds a host held. */
	constructor(shell: Shell, owner: string) {
		this.#shell = shell;
		this.#owner = owner;
	}

	/** @throws StepError when another run holds one of the hosts. */
	async hold(hosts: readonly string[]): Promise<void> {
		await Promise.all(
			hosts.map(host => {
				const held = this.#held.get(host) ?? this.#take(host);
				this.#held.set(host, held);
				return held;
			}),
		);
	}

	async close(): Promise<void> {
		this.#over.abort();
		await Promise.allSettled(this.#sessions);
	}

	#take(host: string): Promise<void> {
		const {signal} = this.#over;
		return new Promise((resolve, reject) => {
			const ended = this.#shell
				.run(read(host, ['sh', '-c', holding, 'sh', this.#owner]), {
					signal,
					onStdout: text => text.includes('held\n') && resolve(),
				})
				.then(
					outcome => {
						this.#held.delete(host);
						if (outcome.end === 'exited' && outcome.code === 75) {
							// Two names of one host.
							if (outcome.stdout.trim() === this.#owner) return resolve();
							reject(heldByOther(host, outcome.stdout.trim()));
						} else reject(new StepError(`${host} could not be held: ${outcome.stderr.trim() || outcome.end}`));
					},
					(error: Error) => {
						this.#held.delete(host);
						reject(error);
					},
				);
			this.#sessions.add(ended);
		});
	}
}

function heldByOther(host: string, owner: string): StepError {
	return new StepError(
		`another run is changing ${host}: ${owner || 'it does not say which'}`,
		'wait for its end, or end it where it runs: vacate abort RUN',
		{retry: 'never'},
	);
}
