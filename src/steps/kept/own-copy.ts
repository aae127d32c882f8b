import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {KeptCopy} from '../../files/kept/list.ts';
import {whyInUse} from './proof.ts';

/** The kept copy of a guest on the host that it moves to, and, if it is not proven, why. */
export type OwnCopy = {readonly copy: KeptCopy; readonly why?: string};

/** The facts that `ownCopy` requires. Disk users are queried only where a copy is recorded. */
export function ownCopyRequests(host: string, guests: ReadonlySet<string>, facts: Facts): readonly FactRequest[] {
	const recorded = facts.get({kind: 'kept-copies', host})?.copies ?? [];
	const asks = recorded.some(({guest, found}) => guests.has(guest) && found !== 'absent');
	return [{kind: 'kept-copies', host}, ...(asks ? [{kind: 'disk-users', host} as const] : [])];
}

/** The copy that a guest left at a path of a host, if it still exists. */
export function ownCopy(host: string, guest: string, path: string, facts: Facts): OwnCopy | undefined {
	const copies = facts.get({kind: 'kept-copies', host})?.copies ?? [];
	const copy = copies.find(one => one.path === path && one.guest === guest && one.found !== 'absent');
	if (copy === undefined) return undefined;
	const changed = whyChanged(copy);
	if (changed !== undefined) return {copy, why: changed};
	if (facts.get({kind: 'disk-users', host}) === undefined)
		return {copy, why: 'the guests that use the file could not be determined'};
	const why = copy.identity === undefined ? undefined : whyInUse(host, copy.identity, facts, guest);
	return why === undefined ? {copy} : {copy, why: `the file ${why}`};
}

/** Why the file is not the one that was left; undefined if it is. */
export function whyChanged({found}: KeptCopy): string | undefined {
	if (found === 'changed') return 'the file was changed or replaced after the guest left it';
	if (found === 'linked') return 'the file has another hard link';
	return found === 'absent' ? 'the file does not exist' : undefined;
}

/** When and by which run the copy was left, without its age, so that the text does not depend on the clock. */
export function copyText({run, leftSeconds}: KeptCopy): string {
	const day = new Date(leftSeconds * 1000).toISOString().slice(0, 10);
	return run === '-' ? `left on ${day}` : `left by run ${run} on ${day}`;
}
