/** What is known of a guest. Facts that are left out are not known. */
export type GuestFacts = {
	readonly uuid: string;
	readonly name: string;
	readonly state?: {readonly state: string; readonly reason: string};
	/** What libvirt does to it: a migration, a backup, a dump. */
	readonly job?: string | null;
	/** Targets of disks with a block job. */
	readonly blockJobs?: readonly string[];
	readonly managedSave?: boolean;
	readonly snapshots?: readonly string[];
	readonly autostart?: boolean;
	readonly devices?: readonly Device[];
	readonly tpm?: Tpm | null;
	/** Memory that the host cannot read: SEV, TDX, Secure Execution. */
	readonly confidential?: string | null;
	/** The CPU feature `invtsc` without a frequency. */
	readonly tscUnfixed?: boolean;
	/** DIMMs without a slot or base. */
	readonly looseMemory?: boolean;
	/** Elements in which the running definition differs from the stored one. */
	readonly unsaved?: readonly string[];
	/** What QEMU itself says: `query-migrate`, blocked-reasons. */
	readonly blockers?: readonly string[];
	readonly vcpus?: number;
	/** The highest host CPU that it is pinned to; null: not pinned. */
	readonly highestPin?: number | null;
	/** The highest NUMA node that it is bound to. */
	readonly highestNode?: number | null;
	readonly memoryKib?: number;
	readonly hugepageKib?: number | null;
	readonly machine?: string;
	readonly firmware?: readonly string[];
	readonly dirtyBytesPerSecond?: number;
	readonly agent?: boolean;
	/** What its watchdog does. */
	readonly watchdog?: string | null;
	/** What its owners say about pauses, in labels: `cluster-heartbeat`, `licence-bound-to-host`. */
	readonly pauseConcerns?: readonly string[];
	/** Runs something that the move needs: this program, the way to the hosts. */
	readonly carries?: readonly string[];
	readonly interfaces?: readonly Interface[];
	/** UUIDs of secrets that it needs. */
	readonly secrets?: readonly string[];
	readonly disks?: readonly DiskFacts[];
};

export type Device = {
	readonly kind:
		| 'pci'
		| 'mdev'
		| 'usb'
		| 'scsi'
		| 'vdpa'
		| 'nvme'
		| 'shmem'
		| 'virtiofs'
		| '9p'
		| 'slirp'
		| 'nvdimm'
		| 'host serial';
	/** As a person finds it: an address, a path, a tag. */
	readonly name: string;
	/** Takes part in a failover pair: it is taken out before the move and put in after. */
	readonly isTeamed: boolean;
};

export type Tpm = {readonly isOnSharedStorage: boolean; readonly secret: string | null};

export type Interface = {
	readonly mac: string;
	readonly network: string | null;
	readonly bridge: string | null;
	readonly vlan: number | null;
	readonly mtu: number | null;
	readonly filter: string | null;
};

export type DiskFacts = {
	readonly target: string;
	readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun';
	readonly type: string;
	/** Undefined: an empty drive, or network storage. */
	readonly path?: string;
	readonly format: string;
	readonly readonly: boolean;
	readonly shareable: boolean;
	/** `none`, `directsync`, or one that the host caches. */
	readonly cache?: string;
	readonly isTransient?: boolean;
	readonly hasReservations?: boolean;
	/** The format that the image really has; null: it cannot be opened. */
	readonly realFormat?: string | null;
	/** A layer of its backing chain that is missing. */
	readonly missingLayer?: string | null;
	/** Other guests that use the image or a layer below it. */
	readonly layerUsers?: readonly string[];
	readonly imageUsers?: readonly string[];
	readonly virtualBytes?: number;
	/** What a copy may come to take. */
	readonly spaceBytes?: number;
	/** `encrypted`, `external data`: what a new image cannot be given. */
	readonly specialties?: readonly string[];
};
