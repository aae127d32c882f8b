import type {Journal, JournalEntry} from '../../src/engine/ports.ts';
import type {Shell} from '../../src/shell/shell.ts';

/** When a controller dies: before its n-th act, or after it and before it hears of it. */
export type Death = {readonly nth: number; readonly when: 'before' | 'after'};

/** A controller's journal and shell, which end with it: what was begun never comes back. */
export class Controller {
	readonly records: JournalEntry[] = [];
	readonly died: Promise<void>;
	#acts = 0;
	#dead = false;
	#die: () => void = () => {};
	readonly #death: Death | undefined;

	constructor(death?: Death) {
		this.#death = death;
		this.died = new Promise(resolve => {
			this.#die = resolve;
		});
	}

	get journal(): Journal {
		return {append: record => this.#act(async () => void this.records.push(record))};
	}

	shell(inner: Shell): Shell {
		return {run: (command, options) => this.#act(() => inner.run(command, options)), close: async () => {}};
	}

	async #act<T>(work: () => Promise<T>): Promise<T> {
		const forever = new Promise<never>(() => {});
		this.#acts += 1;
		const last = this.#acts === this.#death?.nth;
		if (this.#dead || (last && this.#death?.when === 'before')) return this.#end(forever);
		const done = await work();
		return last || this.#dead ? this.#end(forever) : done;
	}

	#end<T>(forever: Promise<T>): Promise<T> {
		this.#dead = true;
		this.#die();
		return forever;
	}
}
