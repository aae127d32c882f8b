import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {KeptCopy} from '../../files/kept/list.ts';
import {whyInUse} from './proof.ts';

/** What a host has of a guest that comes: its own kept copy at a path, proven, or why it is not proven. */
export type OwnCopy = {readonly copy: KeptCopy; readonly why?: string};

/** The readings that `ownCopy` needs for guests, by their UUIDs: who uses files is asked only where a copy is recorded. */
export function ownCopyRequests(host: string, guests: ReadonlySet<string>, facts: Facts): readonly FactRequest[] {
	const recorded = facts.get({kind: 'kept-copies', host})?.copies ?? [];
	const asks = recorded.some(({guest, found}) => guests.has(guest) && found !== 'absent');
	return [{kind: 'kept-copies', host}, ...(asks ? [{kind: 'disk-users', host} as const] : [])];
}

/** The copy that a guest left at a path of a host, when it is still there. */
export function ownCopy(host: string, guest: string, path: string, facts: Facts): OwnCopy | undefined {
	const copies = facts.get({kind: 'kept-copies', host})?.copies ?? [];
	const copy = copies.find(one => one.path === path && one.guest === guest && one.found !== 'absent');
	if (copy === undefined) return undefined;
	const changed = whyChanged(copy);
	if (changed !== undefined) return {copy, why: changed};
	if (facts.get({kind: 'disk-users', host}) === undefined) return {copy, why: 'who uses it is not known'};
	const why = copy.identity === undefined ? undefined : whyInUse(host, copy.identity, facts, guest);
	return why === undefined ? {copy} : {copy, why: `it ${why}`};
}

/** Why what is there is not what was left; undefined when it is. */
export function whyChanged({found}: KeptCopy): string | undefined {
	if (found === 'changed') return 'the file was changed or replaced after the guest left it';
	if (found === 'linked') return 'the file has a second name (hard link)';
	return found === 'absent' ? 'the file does not exist' : undefined;
}

/** `left by run r1 on 2026-11-30, 12 days ago` has a clock: the run and the day are enough to find it. */
export function copyText({run, leftSeconds}: KeptCopy): string {
	const day = new Date(leftSeconds * 1000).toISOString().slice(0, 10);
	return run === '-' ? `left on ${day}` : `left by run ${run} on ${day}`;
}
