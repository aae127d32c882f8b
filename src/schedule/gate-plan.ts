import {capacities} from '../placement/capacity.ts';
import type {Cluster} from '../placement/cluster.ts';
import {Apart, cpuRoom, type Gate, memoryRoom, Slots} from './gates.ts';
import type {Limits} from './limits.ts';
import type {Task} from './task.ts';

/** The gates that a task enters, in the order in which they are asked, and those that it leaves when it has ended. */
export type Passage = {readonly enters: readonly Gate[]; readonly leaves: readonly Gate[]};

/** Makes the gates of a cluster with its guests where they are now. */
export function passages(cluster: Cluster, limits: Limits): (task: Task) => Passage {
	const total = new Slots('total', limits.total);
	const named = new Map<string, Gate>();
	const gate = <T extends Gate>(name: string, make: () => T): Gate => {
		const found = named.get(name) ?? make();
		named.set(name, found);
		return found;
	};
	const slots = (name: string, limit: number) => gate(name, () => new Slots(name, limit));
	const capacity = capacities(cluster);
	const memory = (host: string) =>
		gate(`memory ${host}`, () => {
			const {memoryKib = 0, usedKib = 0} = capacity.get(host) ?? {};
			return memoryRoom(host, memoryKib - usedKib);
		});
	const cpus = (host: string) =>
		gate(`cpus ${host}`, () => {
			const {cpus: all = 0, usedCpus = 0} = capacity.get(host) ?? {};
			return cpuRoom(host, all - usedCpus);
		});
	const rulesOf = apartGates(cluster);

	return ({transfer: {move, link}}) => {
		const {source, destination} = move;
		const counted = [
			total,
			slots(`per_source ${source}`, limits.perSource),
			slots(`per_destination ${destination}`, limits.perDestination),
			slots(`per_link ${link.name}`, limits.perLink),
		];
		const rules = rulesOf.get(move.guest) ?? [];
		return {
			enters: [...counted, memory(destination), cpus(destination), ...rules],
			leaves: [...counted, memory(source), cpus(source), ...rules],
		};
	};
}

function apartGates({hosts, guests, rules}: Cluster): ReadonlyMap<string, readonly Gate[]> {
	const homes = new Map(guests.map(({id, host}) => [id, host]));
	const zones = new Map(hosts.map(({name, zone}) => [name, zone === undefined ? `host ${name}` : `zone ${zone}`]));
	const gates = new Map<string, Gate[]>();
	const hard = rules.filter(({kind, strength}) => kind === 'apart' && strength === 'hard');
	for (const rule of hard.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const areaOf = rule.across === 'zone' ? (host: string) => zones.get(host) ?? host : (host: string) => host;
		const apart = new Apart(rule, areaOf, homes);
		for (const id of new Set(rule.guests)) gates.set(id, [...(gates.get(id) ?? []), apart]);
	}
	return gates;
}
