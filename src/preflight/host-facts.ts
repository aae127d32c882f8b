/** Facts of a host. Omitted facts are unknown. */
export type HostFacts = {
	readonly name: string;
	readonly reach?: 'works' | {readonly why: string};
	/** `9.0.0`. */
	readonly libvirt?: string;
	readonly qemu?: string;
	/** `virsh capabilities`, /host/uuid. */
	readonly uuid?: string;
	/** Output of `virsh hostname`, which a source uses if no address is given. */
	readonly announced?: string;
	/** The run that has locked the host. */
	readonly lock?: string | null;
	/** Guests that are being migrated, starting, stopping, crashed or in an unknown state, with the state. */
	readonly unsettled?: readonly {readonly guest: string; readonly state: string}[];
	/** Active jobs of the host itself: backups, pool refreshes. */
	readonly jobs?: readonly string[];
	/** Units that would start guests during the evacuation: `libvirt-guests.service`, timers, cluster managers. */
	readonly starters?: readonly string[];
	/** Units whose clients would miss them: storage, names, addresses. */
	readonly services?: readonly string[];
	readonly domains?: readonly DomainThere[];
	/** Memory available to new guests, without the reserve. */
	readonly freeKib?: number;
	readonly cpus?: number;
	/** Free pages of each size. */
	readonly hugepages?: readonly {readonly kib: number; readonly free: number}[];
	readonly numaNodes?: number;
	readonly machines?: readonly string[];
	/** Files of firmware that are there. */
	readonly firmware?: readonly string[];
	readonly networks?: readonly {readonly name: string; readonly isActive: boolean}[];
	readonly bridges?: readonly Bridge[];
	readonly filters?: readonly string[];
	/** UUIDs. */
	readonly secrets?: readonly string[];
	readonly pools?: readonly PoolThere[];
	/** `swtpm --version`; null where it is not installed. */
	readonly swtpm?: string | null;
	/** Programs that moves need and that are not installed. */
	readonly missingPrograms?: readonly string[];
	/** Clients of libvirt's daemon. */
	readonly clients?: {readonly now: number; readonly most: number};
	readonly ssh?: {readonly maxSessions: number; readonly maxStartups: number};
	/** Certificates for encrypted moves. */
	readonly tls?: TlsThere;
	/** Offset of its clock relative to this machine. */
	readonly clockOffsetMs?: number;
	/** Who refuses starts and incoming migrations, and why. `null` if they are accepted. */
	readonly cordon?: {readonly owner: string; readonly reason: string; readonly isExpired: boolean} | null;
	/** Files in /etc/libvirt/hooks that are run. */
	readonly hooks?: readonly string[];
};

/** The files by which QEMU encrypts a migration. Times as Unix times in milliseconds. */
export type TlsThere = {
	readonly folder: string;
	readonly missing: readonly string[];
	readonly certificates: Readonly<Record<string, Certificate | undefined>>;
	/** The host's clock. */
	readonly atMs: number;
};

type Certificate = {
	readonly validFromMs: number;
	readonly validUntilMs: number;
	readonly names: readonly string[];
	readonly fingerprint: string;
	/** The CA in the same directory, if it signed the certificate. */
	readonly signedBy?: string;
};

export type DomainThere = {
	readonly uuid: string;
	readonly name: string;
	readonly macs: readonly string[];
	readonly isActive: boolean;
};

export type Bridge = {
	readonly name: string;
	readonly mtu: number;
	/** The VLANs that its trunk carries; null: it does not filter. */
	readonly vlans: readonly number[] | null;
};

export type PoolThere = {
	readonly path: string;
	readonly isActive: boolean;
	readonly freeBytes: number;
	/** Of a thin pool below it. */
	readonly thin: {readonly dataPercent: number; readonly metadataPercent: number} | null;
};
