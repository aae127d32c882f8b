import {capacities} from '../placement/capacity.ts';
import type {Cluster} from '../placement/cluster.ts';
import {Apart, cpuRoom, memoryRoom, type ScheduleGate, Slots} from './gates.ts';
import type {MoveLimits} from './limits.ts';
import type {ScheduleTask} from './task.ts';

/** The gates that a task enters, in the order in which they are checked, and those that it leaves at its end. */
export type GateSequence = {readonly enters: readonly ScheduleGate[]; readonly leaves: readonly ScheduleGate[]};

/** Creates the gates of a cluster with its guests where they are now. */
export function gateSequences(cluster: Cluster, limits: MoveLimits): (task: ScheduleTask) => GateSequence {
	const total = new Slots('total', limits.total);
	const sources = named(host => new Slots(`per_source ${host}`, limits.perSource));
	const destinations = named(host => new Slots(`per_destination ${host}`, limits.perDestination));
	const links = named(link => new Slots(`per_link ${link}`, limits.perLink));
	const capacity = capacities(cluster);
	const memory = named(host => {
		const {memoryKib = 0, usedKib = 0} = capacity.get(host) ?? {};
		return memoryRoom(host, memoryKib - usedKib);
	});
	const cpus = named(host => {
		const {cpus: all = 0, usedCpus = 0} = capacity.get(host) ?? {};
		return cpuRoom(host, all - usedCpus);
	});
	const rulesOf = apartGates(cluster);

	return ({transfer: {move, link}}) => {
		const {source, destination} = move;
		const counted = [total, sources(source), destinations(destination), links(link.name)];
		const rules = rulesOf.get(move.guest) ?? [];
		return {
			enters: [...counted, memory(destination), cpus(destination), ...rules],
			leaves: [...counted, memory(source), cpus(source), ...rules],
		};
	};
}

/** Creates each gate once. */
function named(make: (name: string) => ScheduleGate): (name: string) => ScheduleGate {
	const made = new Map<string, ScheduleGate>();
	return name => {
		const gate = made.get(name) ?? make(name);
		made.set(name, gate);
		return gate;
	};
}

function apartGates({hosts, guests, rules}: Cluster): ReadonlyMap<string, readonly ScheduleGate[]> {
	const homes = new Map(guests.map(({id, host}) => [id, host]));
	const zones = new Map(hosts.map(({name, zone}) => [name, zone === undefined ? `host ${name}` : `zone ${zone}`]));
	const gates = new Map<string, ScheduleGate[]>();
	const hard = rules.filter(({kind, strength}) => kind === 'apart' && strength === 'hard');
	for (const rule of hard.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const areaOf = rule.across === 'zone' ? (host: string) => zones.get(host) ?? host : (host: string) => host;
		const apart = new Apart(rule, areaOf, homes);
		for (const id of new Set(rule.guests)) gates.set(id, [...(gates.get(id) ?? []), apart]);
	}
	return gates;
}
