import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {isActive} from '../../virsh/states.ts';
import {guestOf} from '../common/guest-of.ts';
import type {Peer, PlanContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** What every step that moves a guest is told. */
type Wish = {
	readonly guest: string;
	readonly to: string;
	/** Shall it move also when it is shut off? */
	readonly offline?: boolean;
	/** Its name at the destination, where that is another. */
	readonly dname?: string;
};

/** The readings that `planMove` needs. */
export function moveRequests({guest, to}: Wish, at: PlanContext, facts: Facts): readonly FactRequest[] {
	const domainLists = [at.host, to].map(host => ({kind: 'domains', host}) as const);
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry === undefined ? domainLists : [...domainLists, {kind: 'domain', host: at.host, uuid: entry.uuid}];
}

/** Where the definition of the guest is among the facts, once `moveRequests` has led there. */
export function definitionOf({guest}: Wish, at: PlanContext, facts: Facts): DomainDefinition | undefined {
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry && facts.get({kind: 'domain', host: at.host, uuid: entry.uuid});
}

/** Is the guest shut off, or crashed? */
export function isOff({guest}: Wish, at: PlanContext, facts: Facts): boolean {
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry !== undefined && !isActive(entry.state);
}

/** Has the guest moved already: active there and not here, or known only there when it may be shut off? */
export function hasMoved({guest, to, offline, dname = guest}: Wish, at: PlanContext, facts: Facts): boolean {
	const here = facts.of({kind: 'domains', host: at.host}).find(named(guest));
	const there = facts.of({kind: 'domains', host: to}).find(named(here?.uuid ?? dname));
	if (here === undefined && offline) return there !== undefined;
	const active = (entry: DomainStatus | undefined) => entry !== undefined && isActive(entry.state);
	return active(there) && !active(here);
}

/**
 * Who moves from where to where.
 *
 * @throws StepError when the guest is not there, does not run, or has nowhere to go.
 */
export function planMove(
	{guest, to, offline = false, dname}: Wish,
	at: PlanContext,
	facts: Facts,
): {readonly move: GuestMigration; readonly definition: DomainDefinition} {
	const entry = guestOf(guest, at.host, facts);
	const off = !isActive(entry.state);
	if (off && !offline) {
		throw new StepError(
			`${entry.name} is ${entry.state} on ${at.host}, and only a running guest can be moved live`,
			`say offline: true; or start it first: virsh start ${entry.uuid} (on ${at.host})`,
			{retry: 'never'},
		);
	}
	const definition = facts.of({kind: 'domain', host: at.host, uuid: entry.uuid});
	if (definition === undefined) throw new StepError(`${entry.name} has just gone from ${at.host}`);
	const nameThere = dname ?? entry.name;
	const clash = facts.of({kind: 'domains', host: to}).find(({name, uuid}) => name === nameThere && uuid !== entry.uuid);
	if (clash !== undefined) {
		throw new StepError(
			`${to} has another guest named ${nameThere}, with the UUID ${clash.uuid}`,
			`rename one of them: virsh domrename ${clash.uuid} NEWNAME (on ${to})`,
			{retry: 'never', side: 'destination'},
		);
	}
	const there = facts.of({kind: 'domains', host: to}).find(({uuid}) => uuid === entry.uuid);
	if (there !== undefined && !isActive(there.state) && there.name !== nameThere) {
		throw new StepError(
			`${entry.name} has the UUID ${entry.uuid}, which is that of ${there.name} on ${to}`,
			`if ${there.name} is not needed: virsh undefine --keep-nvram ${entry.uuid} (on ${to}); if it is another guest, give one of them a new UUID`,
			{retry: 'never', side: 'destination'},
		);
	}
	if (off && there !== undefined) {
		throw new StepError(
			`${to} knows ${entry.name} already: it is ${there.state} there`,
			`if that is an old definition: virsh undefine --keep-nvram ${entry.uuid} (on ${to})`,
			{retry: 'never', side: 'destination'},
		);
	}
	const move: GuestMigration = {
		guest: entry.name,
		uuid: entry.uuid,
		source: at.host,
		destination: to,
		...peersOf(to, at),
		paused: entry.state === 'paused',
		off,
		persistent: entry.persistent,
		persistentHere: false,
		persistentThere: entry.persistent,
		definedThere: there !== undefined,
		autostart: entry.autostart,
		memoryKib: definition.memoryKib,
	};
	return {move, definition};
}

function named(guest: string): (entry: DomainStatus) => boolean {
	return ({uuid, name}) => uuid === guest || name === guest;
}

function peersOf(to: string, at: PlanContext): Pick<GuestMigration, 'peer' | 'home'> {
	const peer = at.peer(to);
	const home = at.peer(at.host);
	if (peer === undefined) {
		throw new StepError(`${to} is not a host of the inventory`, undefined, {retry: 'never'});
	}
	if (home === undefined || to === at.host) {
		throw new StepError(`a guest of ${to} cannot move to ${to} itself`, undefined, {retry: 'never'});
	}
	return {peer: wayTo(peer), home: wayTo(home)};
}

/** Without what decides only who goes where. */
function wayTo({zone: _zone, bytesPerSecond: _speed, ...way}: Peer): Peer {
	return way;
}

/**
 * Which host has a definition of the guest when it has arrived: the table of libvirt's `migration.rst`. A definition
 * that the destination had stays; what is told to be undefined goes from the source.
 */
export function definitionsAfter(
	{persistent, definedThere}: Pick<GuestMigration, 'persistent' | 'definedThere'>,
	asked: {readonly persistent?: boolean | undefined; readonly undefine_source?: boolean | undefined},
): Pick<GuestMigration, 'persistentThere' | 'persistentHere'> {
	return {
		persistentThere: definedThere || (asked.persistent ?? persistent),
		persistentHere: persistent && asked.undefine_source === false,
	};
}
