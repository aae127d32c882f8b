import type {DomainDefinition, DomainDisk} from '../virsh/definition/dumpxml.ts';
import type {DiskMode, Traits} from '../virsh/definition/traits.ts';

/** What is known of a guest: what its XML says of moving it, and more. Facts that are left out are not known. */
export type GuestFacts = Partial<Omit<Traits, 'diskModes'>> & {
	readonly uuid: string;
	readonly name: string;
	readonly state?: {readonly state: string; readonly reason: string};
	/** Whether its definition could be read. */
	readonly definition?: 'read' | {readonly why: string};
	/** What libvirt does to it: a migration, a backup, a dump. */
	readonly job?: string | null;
	/** Targets of disks with a block job. */
	readonly blockJobs?: readonly string[];
	readonly managedSave?: boolean;
	readonly snapshots?: readonly string[];
	readonly autostart?: boolean;
	/** The state of its TPM lies on shared storage. */
	readonly isTpmShared?: boolean;
	/** Elements in which the running definition differs from the stored one. */
	readonly unsaved?: readonly string[];
	/** Disks of the stored definition that the running guest does not have. */
	readonly storedOnly?: DomainDefinition['storedOnly'];
	/** What QEMU itself says: `query-migrate`, blocked-reasons. */
	readonly blockers?: readonly string[];
	readonly vcpus?: number;
	readonly memoryKib?: number;
	readonly machine?: string;
	readonly dirtyBytesPerSecond?: number;
	/** Does its agent answer? Null: it has no channel for one. */
	readonly agent?: boolean | null;
	/** What its owners say about pauses, in labels: `cluster-heartbeat`, `licence-bound-to-host`. */
	readonly pauseConcerns?: readonly string[];
	/** What it runs that the move needs: this program, the way to the hosts. */
	readonly carries?: readonly string[];
	readonly disks?: readonly DiskFacts[];
};

/** That it is encrypted is one of its specialties. */
export type DiskFacts = Omit<DomainDisk, 'encrypted' | 'optional' | 'transient'> &
	Partial<Omit<DiskMode, 'target'>> & {
		/** The format that the image really has; null: it cannot be opened. */
		readonly realFormat?: string | null;
		/** A layer of its backing chain that is missing. */
		readonly missingLayer?: string | null;
		/** Other guests that use a layer below it, or the image itself. */
		readonly layerUsers?: readonly string[];
		readonly imageUsers?: readonly string[];
		readonly virtualBytes?: number;
		/** What a copy may come to take. */
		readonly spaceBytes?: number;
		/** `encrypted`, `external data`: what a new image cannot be given. */
		readonly specialties?: readonly string[];
		/** Snapshots and bitmaps within the image, which a copy does not hold. */
		readonly contents?: readonly string[];
	};
