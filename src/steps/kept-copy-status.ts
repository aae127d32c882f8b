import type {KeptCopy} from '../files/kept/list.ts';

/** A kept copy of a host, and whether it may be deleted. */
export type KeptCopyStatus = {
	readonly copy: KeptCopy;
	/** The other host that has the guest now; left out when none that answered has it. */
	readonly guestOn?: string;
	/** Why it is not proven that nobody needs it; left out when it is. */
	readonly why?: string;
	/** What alone is wrong is that no host has the guest: somebody who names it may delete its copy. */
	readonly isOrphan?: true;
};
