import type {DiskUse, DiskUsers, Facts} from '../../facts/facts.ts';
import {isSameInode} from '../../files/file.ts';

/** The use of a file on a host, found by device and inode, under any name. */
export function userOf(identity: string, {uses}: DiskUsers, but?: string): DiskUse | undefined {
	return uses.find(use => use.uuid !== but && isSameInode(use.identity, identity));
}

/**
 * Why a file on a host may be in use; undefined if no definition on the host leads to it.
 *
 * @param but The UUID of a guest to ignore.
 */
export function whyInUse(host: string, identity: string, facts: Facts, but?: string): string | undefined {
	const users = facts.of({kind: 'disk-users', host});
	const use = userOf(identity, users, but);
	if (use !== undefined) {
		if (use.below !== undefined) return `is a backing file of ${use.below}, which ${use.guest} uses`;
		return `is used by ${use.guest} as ${use.path}`;
	}
	const [first] = users.unresolved;
	return first && `may be in use: ${first.what}, which ${first.guest} uses, could not be read`;
}
