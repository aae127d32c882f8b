import {StepError} from '../../errors.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {HostNeeds} from '../../virsh/definition/host-needs.ts';
import type {Rewrite} from '../../virsh/definition/rewrite-xml.ts';
import type {Peer} from '../step-context.ts';
import type {MoveRestores} from '../step-result.ts';
import {needsOf} from './definition-needs.ts';
import type {MoveParams} from './options/move-params.ts';

/** What a definition names otherwise at a destination, besides the paths of disks. */
export type DefinitionChanges = {
	/** Replaces listen addresses of graphics that belong to one host. */
	readonly graphicsListen?: string;
	/** Networks and devices of the host by name, and their names at the destination. */
	readonly networkMap?: Readonly<Record<string, string>>;
};

/** The parameters of a move take precedence over the variables of its destination, for networks name by name. */
export function changesAt(peer: Peer | undefined, requested: MoveParams = {}): DefinitionChanges {
	const graphicsListen = requested.graphics_listen ?? peer?.graphicsListen;
	const networkMap = {...peer?.networkMap, ...requested.network_map};
	return {
		...(graphicsListen === undefined ? {} : {graphicsListen}),
		...(Object.keys(networkMap).length === 0 ? {} : {networkMap}),
	};
}

/** The requirements of the definition with these changes. */
export function needsWith(definition: DomainDefinition, changes: DefinitionChanges = {}): HostNeeds {
	const needs = needsOf(definition);
	const {graphicsListen, networkMap = {}} = changes;
	return {
		...needs,
		addresses: needs.addresses.flatMap(one =>
			graphicsListen === undefined || !isOfGraphics(one)
				? [one]
				: isSpecificAddress(graphicsListen)
					? [{...one, address: graphicsListen}]
					: [],
		),
		networks: needs.networks.map(one => ({...one, name: networkMap[one.name] ?? one.name})),
		links: needs.links.map(one => ({...one, name: networkMap[one.name] ?? one.name})),
	};
}

/**
 * The changes that apply to the definition.
 *
 * @throws StepError if two names would become the same, since the guest could not move back with its own.
 */
export function definitionRewrites(definition: DomainDefinition, changes: DefinitionChanges): readonly Rewrite[] {
	const {addresses, graphics, networks, links} = needsOf(definition);
	const {graphicsListen, networkMap = {}} = changes;
	const own = new Set(addresses.filter(isOfGraphics).map(({address}) => address));
	const listens = pairsOf(graphics, address => (own.has(address) ? (graphicsListen ?? address) : address));
	const renamed = (names: readonly {readonly name: string}[]) =>
		pairsOf(
			names.map(({name}) => name),
			name => networkMap[name] ?? name,
		);
	const [networkNames, linkNames] = [renamed(networks), renamed(links)];
	demandDistinct(definition, 'graphics_listen', listens);
	for (const pairs of [networkNames, linkNames]) demandDistinct(definition, 'network_map', pairs);
	return [
		...listens.map(pair => ({...pair, of: 'graphics' as const})),
		...networkNames.map(pair => ({...pair, of: 'network' as const})),
		...linkNames.map(pair => ({...pair, of: 'link' as const})),
	].filter(({from, to}) => from !== to);
}

/** The parameters of a move back, which give the guest its own names and media again. */
export function restoresOf(rewrites: readonly Rewrite[], ejected: readonly Ejected[] = []): MoveRestores | undefined {
	const media = ejected.flatMap(({target, path, place}) =>
		path === undefined || place !== undefined ? [] : [[target, path] as const],
	);
	const names = rewrites.filter(({of}) => of === 'network' || of === 'link').map(({from, to}) => [to, from] as const);
	const listen = rewrites.find(({of}) => of === 'graphics')?.from;
	if (names.length === 0 && listen === undefined && media.length === 0) return undefined;
	return {
		...(names.length === 0 ? {} : {network_map: Object.fromEntries(names)}),
		...(listen === undefined ? {} : {graphics_listen: listen}),
		...(media.length === 0 ? {} : {insert_media: Object.fromEntries(media)}),
	};
}

/** Parameters of a move, with those of its guest that they do not override. */
export function withRestores(params: MoveParams = {}, restores: MoveRestores = {}): MoveParams {
	const names = {...restores.network_map, ...params.network_map};
	return {...restores, ...params, ...(Object.keys(names).length === 0 ? {} : {network_map: names})};
}

/** The parameters that undo two moves in a row. */
export function restoresOfBoth(
	first: MoveRestores | undefined,
	next: MoveRestores | undefined,
): MoveRestores | undefined {
	if (first === undefined || next === undefined) return first ?? next;
	const {network_map: own = {}} = first;
	const entries = Object.entries(next.network_map ?? {}).map(([now, before]) => [now, own[before] ?? before] as const);
	const names = {...own, ...Object.fromEntries(entries)};
	const listen = first.graphics_listen ?? next.graphics_listen;
	const media = {...next.insert_media, ...first.insert_media};
	return {
		...(Object.keys(names).length === 0 ? {} : {network_map: names}),
		...(listen === undefined ? {} : {graphics_listen: listen}),
		...(Object.keys(media).length === 0 ? {} : {insert_media: media}),
	};
}

/** What a reviewer should know about them. */
export function changeTexts(rewrites: readonly Rewrite[]): readonly string[] {
	return rewrites.flatMap(({of, from, to}) => {
		if (of === 'graphics') return [`its graphics listen on ${to} instead of ${from} (graphics_listen)`];
		if (of === undefined) return [];
		return [`its network interfaces on ${from} are on ${to} there (network_map)`];
	});
}

type Ejected = {readonly target: string; readonly path?: string; readonly place?: string};

type Pair = {readonly from: string; readonly to: string};

function pairsOf(names: readonly string[], map: (name: string) => string): readonly Pair[] {
	return [...new Set(names)].map(from => ({from, to: map(from)}));
}

function demandDistinct(
	{name}: DomainDefinition,
	parameter: 'graphics_listen' | 'network_map',
	pairs: readonly Pair[],
): void {
	for (const {from, to} of pairs) {
		const other = pairs.find(pair => pair.to === to && pair.from !== from);
		if (other === undefined) continue;
		throw new StepError(
			`${parameter} would change both ${from} and ${other.from} of ${name} to ${to}, so that the move could not be undone`,
			parameter === 'network_map'
				? `give each network of ${name} another name at the destination`
				: `let all graphics of ${name} listen on one address: virsh edit, then restart the guest`,
			{retry: 'never'},
		);
	}
}

function isOfGraphics({what}: {readonly what: string}): boolean {
	return what.endsWith(' graphics');
}

function isSpecificAddress(address: string): boolean {
	return !['0.0.0.0', '::', '::1'].includes(address) && !address.startsWith('127.');
}
