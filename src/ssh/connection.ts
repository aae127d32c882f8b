import type {Client} from 'ssh2';

/** An open connection to a host. */
export type Connection = {
	readonly client: Client;
	/**
	 * Registers a callback for the loss of the connection, called once with the reason; returns a function that removes
	 * it.
	 */
	onGone(call: (reason: string) => void): () => void;
	close(): void;
};
