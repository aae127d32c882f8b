import type {ConvergencePolicy} from '../../schedule/convergence.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import type {Peer} from '../step.ts';

/** The guest that moves, and its hosts. Part of the action of every step that moves a guest. */
export type GuestMigration = {
	readonly guest: string;
	readonly uuid: string;
	readonly source: string;
	readonly destination: string;
	/** How the source reaches the destination. */
	readonly peer: Peer;
	/** How the destination reaches the source, for moving back. */
	readonly home: Peer;
	/** Paused before the move, and to be paused after it. */
	readonly paused: boolean;
	/** To be paused at the destination, whatever its state was before. */
	readonly pausedThere?: true;
	/** Shut off. */
	readonly off: boolean;
	/** Persistent at the source before the move. */
	readonly persistent: boolean;
	/** To be defined at the source after the move. */
	readonly persistentHere: boolean;
	/** To be persistent at the destination after the move. */
	readonly persistentThere: boolean;
	/** Defined at the destination before the move. */
	readonly definedThere: boolean;
	/** Has autostart, which is to be set at the destination. */
	readonly autostart: boolean;
	readonly memoryKib: number;
	/** The convergence policy. Default: none. */
	readonly convergence?: ConvergencePolicy;
	/** The former maximum downtime, if the move changes it. */
	readonly downtimeBeforeMs?: number;
	/** The socket on the source that is relayed to libvirt on the destination, if the hosts cannot log in to each other. */
	readonly relay?: string;
};

/** Whether the guest is to be paused at the destination. */
export function staysPaused({paused, pausedThere}: GuestMigration): boolean {
	return paused || pausedThere === true;
}

/** The libvirt URI of the destination for virsh on the source. */
export function libvirtUri({relay, peer}: GuestMigration): string {
	return relay === undefined ? peer.uri : `qemu+unix:///system?socket=${relay}`;
}

/**
 * The virsh options for the address of the data. The address is always given: otherwise libvirt uses the destination's
 * own host name. Tunnelled migrations have no such address.
 */
export function dataAddress(
	{address, listen, disksPort}: Peer,
	{tunnelled, copy_storage_all: all, copy_storage_inc: inc, disks_uri: disksUri}: MigrateOptions,
): Pick<MigrateOptions, 'migrate_uri' | 'listen_address' | 'disks_port'> {
	if (tunnelled === true) return {};
	return {
		migrate_uri: `tcp://${address.includes(':') ? `[${address}]` : address}`,
		...(listen === undefined ? {} : {listen_address: listen}),
		...(disksPort !== undefined && (all || inc) && disksUri === undefined ? {disks_port: disksPort} : {}),
	};
}
