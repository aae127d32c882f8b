import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {isActive} from '../../virsh/states.ts';
import {guestOf} from '../common/guest-of.ts';
import type {Peer, PlanContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** The parameters common to all steps that move a guest. */
type MoveSpec = {
	readonly guest: string;
	readonly to: string;
	/** Whether a guest that is shut off moves as well. */
	readonly offline?: boolean;
	/** Its name at the destination, if different. */
	readonly dname?: string;
};

/** The facts that `planMove` requires. */
export function moveRequests({guest, to}: MoveSpec, at: PlanContext, facts: Facts): readonly FactRequest[] {
	const domainLists = [at.host, to].map(host => ({kind: 'domains', host}) as const);
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry === undefined ? domainLists : [...domainLists, {kind: 'domain', host: at.host, uuid: entry.uuid}];
}

/** The request for the definition of the guest, once the facts identify the guest. */
export function definitionOf({guest}: MoveSpec, at: PlanContext, facts: Facts): DomainDefinition | undefined {
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry && facts.get({kind: 'domain', host: at.host, uuid: entry.uuid});
}

/** Whether the guest is shut off or crashed. */
export function isOff({guest}: MoveSpec, at: PlanContext, facts: Facts): boolean {
	const entry = facts.get({kind: 'domains', host: at.host})?.find(named(guest));
	return entry !== undefined && !isActive(entry.state);
}

/**
 * Whether the guest has already moved: it is active only at the destination, or defined only there if it may be shut
 * off.
 */
export function hasMoved({guest, to, offline, dname = guest}: MoveSpec, at: PlanContext, facts: Facts): boolean {
	const here = facts.of({kind: 'domains', host: at.host}).find(named(guest));
	const there = facts.of({kind: 'domains', host: to}).find(named(here?.uuid ?? dname));
	if (here === undefined && offline) return there !== undefined;
	const active = (entry: DomainStatus | undefined) => entry !== undefined && isActive(entry.state);
	return active(there) && !active(here);
}

/**
 * Plans the move of a guest.
 *
 * @throws StepError if the guest does not exist, is not running, or the destination is not usable.
 */
export function planMove(
	{guest, to, offline = false, dname}: MoveSpec,
	at: PlanContext,
	facts: Facts,
): {readonly move: GuestMigration; readonly definition: DomainDefinition} {
	const entry = guestOf(guest, at.host, facts);
	const off = !isActive(entry.state);
	if (off && !offline) {
		throw new StepError(
			`${entry.name} is ${entry.state} on ${at.host}; only a running guest can be moved live`,
			`set offline: true; or start the guest first: virsh start ${entry.uuid} (on ${at.host})`,
			{retry: 'never'},
		);
	}
	const definition = facts.of({kind: 'domain', host: at.host, uuid: entry.uuid});
	if (definition === undefined) throw new StepError(`${entry.name} has just disappeared from ${at.host}`);
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
			`${entry.name} is already defined on ${to} (${there.state})`,
			`if that definition is obsolete: virsh undefine --keep-nvram ${entry.uuid} (on ${to})`,
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
		throw new StepError(`source and destination are the same host, ${to}`, undefined, {retry: 'never'});
	}
	return {peer: wayTo(peer), home: wayTo(home)};
}

/** The move without variables that only serve its planning. */
function wayTo({zone: _zone, bytesPerSecond: _speed, graphicsListen: _listen, networkMap: _map, ...way}: Peer): Peer {
	return way;
}

/**
 * Which hosts have a definition of the guest after the move, as in libvirt's `migration.rst`. An existing definition
 * at the destination stays; with `undefine_source`, the one at the source is removed.
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
