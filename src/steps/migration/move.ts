import type {ConvergencePolicy} from '../../schedule/convergence.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import type {Peer} from '../step.ts';

/** Who moves, and between which hosts. Part of the action of every step that moves a guest. */
export type GuestMigration = {
	readonly guest: string;
	readonly uuid: string;
	readonly source: string;
	readonly destination: string;
	/** How the source reaches the destination. */
	readonly peer: Peer;
	/** How the destination reaches the source: the way back. */
	readonly home: Peer;
	/** Paused by somebody before the move, so to be paused after it. */
	readonly paused: boolean;
	/** It is told to stay paused at the destination, whatever it was before. */
	readonly pausedThere?: true;
	/** Shut off: nothing of it runs. */
	readonly off: boolean;
	/** Had a definition at the source. */
	readonly persistent: boolean;
	/** Shall still have a definition at the source when it has gone. */
	readonly persistentHere: boolean;
	/** Shall have a definition at the destination when it has arrived. */
	readonly persistentThere: boolean;
	/** Had a definition at the destination already. */
	readonly definedThere: boolean;
	/** Started with its host, and shall do so at the destination. */
	readonly autostart: boolean;
	readonly memoryKib: number;
	/** How it is brought to its end; left out: it is left to itself. */
	readonly convergence?: ConvergencePolicy;
	/** The longest pause that the guest was allowed before, when the move changes it. */
	readonly downtimeBeforeMs?: number;
	/** The socket on the host that sends which leads to the libvirt of the other, where no host may log in to another. */
	readonly relay?: string;
};

/** Is it as it should be, paused at the destination? */
export function staysPaused({paused, pausedThere}: GuestMigration): boolean {
	return paused || pausedThere === true;
}

/** The libvirt of the destination, as virsh on the source names it. */
export function libvirtUri({relay, peer}: GuestMigration): string {
	return relay === undefined ? peer.uri : `qemu+unix:///system?socket=${relay}`;
}

/**
 * Where the destination takes in the data, as options of virsh. The address is said always: else libvirt takes the host's
 * own idea of its name. In a tunnel there is no such way.
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
