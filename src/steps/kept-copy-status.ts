import type {KeptCopy} from '../files/kept/list.ts';

/** A kept copy of a host, and whether it may be deleted. */
export type KeptCopyStatus = {
	readonly copy: KeptCopy;
	/** The other host that has the guest now; omitted if no host that responded has it. */
	readonly guestOn?: string;
	/** Why the copy is not proven to be unused; omitted if it is. */
	readonly why?: string;
	/** The only problem is that no host has the guest: the copy may be deleted if the guest is named explicitly. */
	readonly isOrphan?: true;
};
