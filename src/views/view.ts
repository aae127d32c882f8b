import type {Event} from '../engine/events.ts';

/** Shows a run to its operator. */
export interface View {
	on(event: Event): void;
	/** Shows a message that is not an event, such as the effect of Ctrl-C. */
	tell(text: string): void;
	/** Hands the terminal to a question until it is answered. */
	suspend<T>(question: () => Promise<T>): Promise<T>;
	/** Resolves when all output is written. */
	end(): Promise<void>;
}

/** Where text goes: standard output, or a buffer in tests. */
export type Output = {write(text: string): unknown};
