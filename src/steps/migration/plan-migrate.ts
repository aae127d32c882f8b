import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import {tiedDevices} from '../../preflight/rules/devices.ts';
import type {ConvergencePolicy} from '../../schedule/convergence.ts';
import {relayPath} from '../../shell/relay.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import type {Peer, PlanContext, Skip} from '../step.ts';
import type {ColdMove} from './cold.ts';
import {convergencePolicyOf, downtimeBefore, downtimeRequests} from './convergence/policy.ts';
import {changesAt} from './definition-changes.ts';
import type {DiskPlan} from './disks/disk-plan.ts';
import type {DiskPlanContext, TransferOptions} from './disks/disk-scene.ts';
import {diskRequests, planDisks} from './disks/plan-disks.ts';
import {xmlOptions} from './disks/xml-files.ts';
import {demandHostNeeds, needRequests} from './host-needs.ts';
import type {MigrateParams} from './migrate-params.ts';
import type {GuestMigration} from './move.ts';
import {splitMoveParams} from './options/move-params.ts';
import {demandOptions, demandVersions, optionRequests, versionRequests} from './options/option-check.ts';
import {definitionOf, definitionsAfter, hasMoved, isOff, moveRequests, planMove} from './plan-move.ts';
import type {PlannedMove} from './run-move.ts';
import {shutdownOf} from './shutdown.ts';
import {stoppedRequests, whyNotStopped} from './stopped-guest.ts';
import {demandTls, tlsRequests} from './tls.ts';

/** The move of a running guest, with all choices made. */
export type LiveMove = PlannedMove & {readonly mode: 'live'; readonly disks: DiskPlan};

export type MigrateAction = LiveMove | ColdMove;

/** The facts that a move is planned from. Pure. */
export function migrateRequests(given: MigrateParams, at: PlanContext, facts: Facts): readonly FactRequest[] {
	const definition = definitionOf(given, at, facts);
	const {host: source, mark} = at;
	const ends = {source, destination: given.to};
	const {requested} = splitMoveParams(given);
	const changes = changesAt(at.peer(given.to), requested);
	const scene = {...ends, mark, requested, own: given.over ?? []};
	const mode = given.stop_and_start !== undefined || isOff(given, at, facts) ? 'cold' : 'live';
	const ofGuest =
		definition === undefined
			? []
			: [
					...diskRequests({...scene, definition, mode}, facts),
					...needRequests({definition, destination: given.to, mode, changes}),
					...(given.stop_and_start === undefined ? [] : stoppedRequests(definition, source)),
				];
	return [
		...moveRequests(given, at, facts),
		...optionRequests(given, at),
		...tlsRequests(ends, given.tls),
		...versionRequests(togetherOf(given), [source, given.to]),
		...ofGuest,
		...downtimeRequests(given, definition, at),
	];
}

/** A move with every choice made, or why there is nothing to move. Pure. @throws StepError when it would fail. */
export function planMigrate(
	{guest, to, over: own = [], accept = [], stop_and_start: stopping, ...rest}: MigrateParams,
	at: PlanContext,
	facts: Facts,
): MigrateAction | Skip {
	const {requested, chosen} = splitMoveParams(rest);
	const {mode = 'p2p', max_downtime, deadline, stall, ...options} = chosen;
	demandOptions(options, at, facts);
	const given = {guest, to, offline: requested.offline === true};
	if (hasMoved(given, at, facts)) return {skip: `${guest} is already on ${to}`};
	const {move: moving, definition} = planMove(given, at, facts);
	const relay = mode === 'relay' ? {relay: relayPath(at.mark)} : {};
	const isStopped = stopping !== undefined && !moving.off;
	if (isStopped) demandStoppable(moving, definition, facts);
	if (isStopped || moving.off) demandOwnDevices(moving, definition, accept);
	const move = {...moving, ...definitionsAfter(moving, requested), ...relay, off: moving.off || isStopped};
	const scene: DiskPlanContext = {
		definition,
		source: at.host,
		destination: to,
		mark: at.mark,
		requested,
		own,
		mode: move.off ? 'cold' : 'live',
		changes: changesAt(at.peer(to), requested),
		transfer: transferOf(move.peer, options),
	};
	demandVersions(togetherOf(rest), [at.host, to], facts);
	demandHostNeeds(scene, accept, facts);
	if (rest.tls === true) demandTls(move.guest, move, facts);
	const disks = planDisks(scene, facts);
	const p2p = mode === 'p2p';
	if (move.off && requested.persistent === false) throw wouldBeGone(move);
	const stop = isStopped ? {stop: shutdownOf(stopping)} : {};
	if (move.off) return {mode: 'cold', move: {...move, persistentThere: true}, disks, p2p, ...stop};
	const convergence = convergenceFor(move, convergencePolicyOf({max_downtime, deadline, stall}, sizeOf(move, disks)));
	const persistent = requested.persistent ?? move.persistent;
	const targets = [...disks.copies, ...(disks.reusedDisks ?? []), ...(disks.devices ?? [])].map(({target}) => target);
	return {
		mode: 'live',
		move: {...move, convergence, ...downtimeBefore(move, convergence, facts)},
		options: {
			...options,
			live: true,
			p2p,
			...(convergence.timeoutAction === 'postcopy' ? {postcopy: true} : {}),
			persistent,
			undefine_source: move.persistent && !move.persistentHere,
			...(targets.length === 0 ? {} : {...copyFlag(disks), migrate_disks: targets}),
			...xmlOptions(disks, persistent),
		},
		disks,
	};
}

/** @throws StepError for a guest that would not be the same after a shutdown. */
function demandStoppable(move: GuestMigration, definition: DomainDefinition, facts: Facts): void {
	const {guest, uuid, source} = move;
	const status = facts.of({kind: 'domains', host: source}).find(entry => entry.uuid === uuid);
	const why = status && whyNotStopped(status, definition, source, facts);
	if (why === undefined) return;
	throw new StepError(
		`${guest} cannot be shut down for its move: ${why}`,
		`virsh dominfo ${uuid}; virsh dumpxml --inactive ${uuid} (on ${source})`,
		{retry: 'never'},
	);
}

/** @throws StepError for a guest whose definition names devices of its host. */
function demandOwnDevices(
	{guest, uuid, source, destination}: GuestMigration,
	{traits}: DomainDefinition,
	accepted: readonly string[],
): void {
	const [device] = tiedDevices(traits.devices);
	if (device === undefined || accepted.includes('guest-devices')) return;
	throw new StepError(
		`${guest} uses a device of ${source}: ${device.kind} ${device.name}`,
		`if ${destination} has an equal device at the same address: accept: [guest-devices]; otherwise detach it: virsh detach-device ${uuid} --config (on ${source})`,
		{retry: 'never'},
	);
}

/** A guest that is shut off exists only as its definition. */
function wouldBeGone({guest, destination}: GuestMigration): StepError {
	return new StepError(
		`${guest} is shut off and would be lost without a definition on ${destination}`,
		'remove persistent, or set persistent: true',
		{retry: 'never'},
	);
}

function togetherOf({parallel, deadline}: {readonly parallel?: boolean; readonly deadline?: {readonly then?: string}}) {
	return {parallel, postcopy: deadline?.then === 'postcopy'};
}

/** Options of live migrations also apply to vacate's own streams. */
function transferOf(
	{listen, disksPort}: Peer,
	{listen_address, disks_port, tls, tls_destination: hostname}: MigrateOptions,
): TransferOptions {
	const address = listen_address ?? listen;
	const port = disks_port ?? disksPort;
	return {
		...(address === undefined ? {} : {listen: address}),
		...(port === undefined ? {} : {port}),
		...(tls === true ? {tls: hostname === undefined ? {} : {hostname}} : {}),
	};
}

/** A paused guest dirties no memory, so its move always converges; and libvirt refuses post-copy for it. */
function convergenceFor({paused}: GuestMigration, convergence: ConvergencePolicy): ConvergencePolicy {
	return paused && convergence.timeoutAction === 'postcopy' ? {...convergence, timeoutAction: 'abort'} : convergence;
}

function sizeOf(move: GuestMigration, disks: DiskPlan) {
	// Without allocated sizes, which change constantly while the guest runs.
	const sizes = [
		...disks.copies.map(({image}) => image.virtualBytes),
		...(disks.reusedDisks ?? []).map(({virtualBytes}) => virtualBytes),
		...(disks.devices ?? []).map(({dataBytes}) => dataBytes),
	];
	return {memoryBytes: move.memoryKib * 1024, diskBytes: sizes.reduce((sum, bytes) => sum + bytes, 0)};
}

function copyFlag({topOnly}: DiskPlan) {
	return topOnly ? ({copy_storage_inc: true} as const) : ({copy_storage_all: true} as const);
}
