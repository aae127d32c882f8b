import type {DomainDefinition, DomainDisk} from '../virsh/definition/dumpxml.ts';
import type {DiskMode, Traits} from '../virsh/definition/traits.ts';

/** Facts of a guest, from its XML and other sources. Omitted facts are unknown. */
export type GuestFacts = Partial<Omit<Traits, 'diskModes'>> & {
	readonly uuid: string;
	readonly name: string;
	readonly state?: {readonly state: string; readonly reason: string};
	/** Whether its definition could be read. */
	readonly definition?: 'read' | {readonly why: string};
	/** Active libvirt jobs: migration, backup, dump. */
	readonly job?: string | null;
	/** Targets of disks with a block job. */
	readonly blockJobs?: readonly string[];
	readonly managedSave?: boolean;
	readonly snapshots?: readonly string[];
	readonly autostart?: boolean;
	/** Whether the TPM state is on shared storage. */
	readonly isTpmShared?: boolean;
	/** Elements in which the running definition differs from the stored one. */
	readonly unsaved?: readonly string[];
	/** Disks of the stored definition that the running guest does not have. */
	readonly storedOnly?: DomainDefinition['storedOnly'];
	/** Migration blockers reported by QEMU: `query-migrate`, blocked-reasons. */
	readonly blockers?: readonly string[];
	readonly vcpus?: number;
	readonly memoryKib?: number;
	readonly machine?: string;
	readonly dirtyBytesPerSecond?: number;
	/** Whether the guest agent responds; null without a channel. */
	readonly agent?: boolean | null;
	/** Labels of the owners about pauses: `cluster-heartbeat`, `licence-bound-to-host`. */
	readonly pauseConcerns?: readonly string[];
	/** What the run depends on in this guest: this program, or the path to the hosts. */
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
		/** Maximum size of a copy. */
		readonly spaceBytes?: number;
		/** `encrypted`, `external data`: what a new image cannot be given. */
		readonly specialties?: readonly string[];
		/** Internal snapshots and bitmaps, which copies lack. */
		readonly contents?: readonly string[];
	};
