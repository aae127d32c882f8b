import {type DiskThere, type PairFacts, type PathFacts, type PlanFacts, type PreflightFacts, pairsOf} from './facts.ts';
import type {DiskFacts, GuestFacts} from './guest-facts.ts';
import type {HostFacts} from './host-facts.ts';
import type {RuleScope} from './rule.ts';

/** The same items for the same facts, made once: a dozen rules judge each pair of guest and destination. */
function onceFor<Items extends object>(each: (facts: PreflightFacts) => Items): (facts: PreflightFacts) => Items {
	const made = new WeakMap<PreflightFacts, Items>();
	return facts => {
		const items = made.get(facts) ?? each(facts);
		made.set(facts, items);
		return items;
	};
}

export const theSource: RuleScope<HostFacts> = {
	name: 'source',
	each: ({source}) => [source],
	subject: ({name}) => ({host: name}),
};

type DestinationItem = {readonly host: HostFacts; readonly source: HostFacts; readonly plan: PlanFacts};

export const everyNamedDestination: RuleScope<DestinationItem> = {
	name: 'destination',
	each: ({destinations, source, plan}) => destinations.map(host => ({host, source, plan})),
	subject: ({host, source}) => ({host: source.name, destination: host.name}),
};

/** Destinations that responded. One that did not is reported only once. */
export const everyDestination: RuleScope<DestinationItem> = {
	...everyNamedDestination,
	each: facts => everyNamedDestination.each(facts).filter(({host}) => mayAnswer(host)),
};

function mayAnswer({reach}: HostFacts): boolean {
	return reach === undefined || reach === 'works';
}

function answering({destinations}: PreflightFacts): readonly HostFacts[] {
	return destinations.filter(mayAnswer);
}

export type GuestItem = {readonly guest: GuestFacts; readonly source: HostFacts; readonly plan: PlanFacts};

export const everyGuest: RuleScope<GuestItem> = {
	name: 'guest',
	each: ({guests, source, plan}) => guests.map(guest => ({guest, source, plan})),
	subject: ({guest, source}) => ({host: source.name, guest: guest.name, uuid: guest.uuid}),
};

export type PairItem = GuestItem & {readonly host: HostFacts; readonly pair: PairFacts | undefined};

/** Each guest on each destination. */
export const everyPair: RuleScope<PairItem> = {
	name: 'pair',
	each: onceFor(facts => {
		const [pairOf, hosts] = [pairsOf(facts), answering(facts)];
		return everyGuest.each(facts).flatMap(item => hosts.map(host => ({...item, host, pair: pairOf(item.guest, host)})));
	}),
	subject: ({guest, source, host}) => ({
		host: source.name,
		guest: guest.name,
		uuid: guest.uuid,
		destination: host.name,
	}),
};

/** A disk; undefined represents all disks of an unknown guest. */
export type DiskItem = GuestItem & {readonly disk: DiskFacts | undefined};

export const everyDisk: RuleScope<DiskItem> = {
	name: 'disk',
	each: facts =>
		everyGuest.each(facts).flatMap(item => (item.guest.disks ?? [undefined]).map(disk => ({...item, disk}))),
	subject: item => ({...everyGuest.subject(item), ...(item.disk === undefined ? {} : {disk: item.disk.target})}),
};

export type DiskPairItem = DiskItem & {readonly host: HostFacts; readonly there: DiskThere | undefined};

/** Each disk on each destination. */
export const everyDiskPair: RuleScope<DiskPairItem> = {
	name: 'disk-pair',
	each: onceFor(facts => {
		const [pairOf, hosts] = [pairsOf(facts), answering(facts)];
		return everyDisk.each(facts).flatMap(item =>
			hosts.map(host => ({
				...item,
				host,
				there: pairOf(item.guest, host)?.disks?.find(({target}) => target === item.disk?.target),
			})),
		);
	}),
	subject: item => ({...everyDisk.subject(item), destination: item.host.name}),
};

export type PathItem = {
	readonly source: HostFacts;
	readonly host: HostFacts;
	readonly path: PathFacts | undefined;
	readonly plan: PlanFacts;
};

/** The path to each destination. */
export const everyPath: RuleScope<PathItem> = {
	name: 'path',
	each: facts => {
		const paths = new Map(facts.paths.map(path => [path.destination, path]));
		return answering(facts).map(host => ({
			source: facts.source,
			host,
			path: paths.get(host.name),
			plan: facts.plan,
		}));
	},
	subject: ({source, host}) => ({host: source.name, destination: host.name}),
};

export const theRun: RuleScope<PreflightFacts> = {
	name: 'run',
	each: facts => [facts],
	subject: ({source}) => ({host: source.name}),
};
