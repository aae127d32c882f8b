/** The endpoints of a relay. */
export type RelayEndpoints = {
	/** The host on which a Unix socket is created. */
	readonly onHost: string;
	/** The path of the socket, from `relayPath`. */
	readonly path: string;
	/** The host and its socket to which all data is forwarded. */
	readonly toHost: string;
	readonly toPath: string;
};

/**
 * The port that connects a Unix socket on one host to a socket on another, through this machine, so that the two hosts
 * need not trust each other.
 */
export type Relay = {
	/**
	 * Opens a relay. Only the login user can connect to its socket, which is removed when the relay is closed.
	 *
	 * @throws UnreachableError, CommandError.
	 */
	open(way: RelayEndpoints): Promise<OpenRelay>;
};

export type OpenRelay = {close(): Promise<void>};

/** The libvirt socket of a host, for root and its group. */
export const libvirtSocket = '/run/libvirt/libvirt-sock';

/**
 * The folder of all relays on a host, accessible only to the login user. Leftovers of dead runs are removed from it.
 */
export const relayFolder = '/run/vacate';

/** The socket of a relay; the mark makes its name unique. */
export function relayPath(mark: string): string {
	return `${relayFolder}/${mark}.sock`;
}
