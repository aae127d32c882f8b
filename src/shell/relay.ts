/** Where a relay begins and ends. */
export type RelayEndpoints = {
	/** The host on which a unix socket appears. */
	readonly onHost: string;
	/** Its path: one of `relayPath`. */
	readonly path: string;
	/** The host and its socket to which everything goes. */
	readonly toHost: string;
	readonly toPath: string;
};

/**
 * The port through which a unix socket of one host leads to a socket of another, by way of this machine: so that the two
 * hosts need not trust each other.
 */
export type Relay = {
	/**
	 * Opens a relay. Only the user who is logged in there may connect to its socket, which goes when it is closed.
	 *
	 * @throws UnreachableError, CommandError.
	 */
	open(way: RelayEndpoints): Promise<OpenRelay>;
};

export type OpenRelay = {close(): Promise<void>};

/** Where the libvirt of a host listens for root and its group. */
export const libvirtSocket = '/run/libvirt/libvirt-sock';

/** The folder of all relays of a host: nobody else may enter it. What a run that died has left in it goes. */
export const relayFolder = '/run/vacate';

/** The socket of a relay. The mark makes it one of its own. */
export function relayPath(mark: string): string {
	return `${relayFolder}/${mark}.sock`;
}
