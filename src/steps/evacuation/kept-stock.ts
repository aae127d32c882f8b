import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {KeptCopy} from '../../files/kept/list.ts';
import {mayBeOneFile} from '../../files/stat.ts';
import {whyChanged} from '../kept/own-copy.ts';
import {whyInUse} from '../kept/proof.ts';
import type {KeptCopyStatus} from '../kept-copy-status.ts';
import {writtenDisks} from '../migration/disks/disk-scene.ts';

/**
 * The facts that `stockOf` requires, given those known so far: the host that a guest moved to is queried before all
 * others.
 */
export function stockRequests(host: string, others: readonly string[], facts: Facts): readonly FactRequest[] {
	const copies = facts.get({kind: 'kept-copies', host})?.copies.filter(({found}) => found !== 'absent') ?? [];
	return [
		{kind: 'kept-copies', host},
		...(copies.length === 0 ? [] : [{kind: 'disk-users', host} as const, {kind: 'domains', host} as const]),
		...copies.flatMap((copy): readonly FactRequest[] => {
			const first = {kind: 'domains', host: copy.to} as const;
			const isKnown = others.includes(copy.to);
			const place = placeOf(copy, host, others, facts);
			if (place !== undefined) return [...(isKnown ? [first] : []), ...diskRequests(copy, place, facts)];
			if (isKnown && !facts.has(first)) return [first];
			return others.filter(other => other !== host).map(other => ({kind: 'domains', host: other}) as const);
		}),
	];
}

/** Every kept copy of a host. */
export function stockOf(host: string, others: readonly string[], facts: Facts): readonly KeptCopyStatus[] {
	const {copies} = facts.of({kind: 'kept-copies', host});
	return copies.map(copy => {
		const guestOn = placeOf(copy, host, others, facts);
		const here = whyNotHere(copy, host, facts);
		const place = guestOn === undefined ? {} : {guestOn};
		if (here !== undefined) return {copy, ...place, why: here};
		if (guestOn === undefined) return {copy, ...whyNowhere(host, others, facts)};
		const there = whyNotThere(copy, guestOn, facts);
		return {copy, guestOn, ...(there === undefined ? {} : {why: there})};
	});
}

function placeOf({guest, to}: KeptCopy, host: string, others: readonly string[], facts: Facts): string | undefined {
	const inOrder = [to, ...others].filter(other => other !== host && others.includes(other));
	return inOrder.find(other => facts.get({kind: 'domains', host: other})?.some(({uuid}) => uuid === guest));
}

function diskRequests({guest}: KeptCopy, place: string, facts: Facts): readonly FactRequest[] {
	const definition = facts.get({kind: 'domain', host: place, uuid: guest});
	const paths = definition === undefined ? [] : writtenDisks(definition).map(({path}) => path);
	return [
		{kind: 'domain', host: place, uuid: guest},
		...paths.map(path => ({kind: 'path', host: place, path}) as const),
	];
}

/** Why the copy is not proven on its own host. */
function whyNotHere(copy: KeptCopy, host: string, facts: Facts): string | undefined {
	const changed = whyChanged(copy);
	if (changed !== undefined) return changed;
	const users = {kind: 'disk-users', host} as const;
	const domains = facts.get({kind: 'domains', host});
	if (facts.get(users) === undefined || domains === undefined) {
		return `the files used by the guests of ${host} could not be determined`;
	}
	const inUse = copy.identity === undefined ? undefined : whyInUse(host, copy.identity, facts);
	if (inUse !== undefined) return `the file ${inUse}`;
	return domains.some(({uuid}) => uuid === copy.guest) ? `${copy.name} is also defined on ${host}` : undefined;
}

function whyNowhere(host: string, others: readonly string[], facts: Facts): Pick<KeptCopyStatus, 'why' | 'isOrphan'> {
	const silent = others.find(other => other !== host && facts.get({kind: 'domains', host: other}) === undefined);
	if (silent !== undefined) return {why: `the guest could not be located: ${silent} did not respond`};
	return {why: 'the guest is on no host of the inventory: this may be its only disk', isOrphan: true};
}

/** Why the copy is not proven on the host of the guest: the guest needs disks of its own there. */
function whyNotThere({guest, name, identity}: KeptCopy, place: string, facts: Facts): string | undefined {
	const definition = facts.get({kind: 'domain', host: place, uuid: guest});
	if (definition === undefined) return `the disks of ${name} on ${place} could not be read`;
	for (const {path, target} of writtenDisks(definition)) {
		const there = facts.get({kind: 'path', host: place, path});
		if (there === undefined || there.type === 'absent')
			return `disk ${target} of ${name} (${path}) does not exist on ${place}`;
		if (identity !== undefined && there.type === 'file' && mayBeOneFile({...there, identity}, there)) {
			return `the file may be the one that ${name} uses on ${place}`;
		}
	}
	return writtenDisks(definition).length === 0 ? `${name} has no disks on ${place}` : undefined;
}
