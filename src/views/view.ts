import type {Event} from '../engine/events.ts';

/** Shows a run to somebody. */
export interface View {
	on(event: Event): void;
	/** Shows a sentence that is no event, such as what Ctrl-C has begun. */
	tell(text: string): void;
	/** Leaves the terminal to a question until it has been answered. */
	suspend<T>(question: () => Promise<T>): Promise<T>;
	/** Resolves when everything is shown. */
	end(): Promise<void>;
}

/** Where text goes: standard output, or what a test reads. */
export type Output = {write(text: string): unknown};
