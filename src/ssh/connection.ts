import type {Client} from 'ssh2';

/** An open connection to a host. */
export type Connection = {
	readonly client: Client;
	/** Calls back with the reason, once, when the connection goes or has gone; gives what takes the call off again. */
	onGone(call: (reason: string) => void): () => void;
	close(): void;
};
