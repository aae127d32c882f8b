import {advise, run, virsh} from '../commands.ts';
import type {Lack} from '../facts.ts';
import {type RuleProblem, rule} from '../rule.ts';
import {everyPair} from '../scopes.ts';

/** Checks 17 to 19: what the destination’s hardware and QEMU must have for the guest. */
export const fitRules = [
	rule({
		id: 'guest-cpu',
		check: 17,
		about: 'CPU compatibility',
		severity: 'blocks',
		modes: ['live'],
		of: everyPair,
		needs: ({pair, guest: {state}}) => ({cpu: state?.state === 'shut off' ? ('off' as const) : pair?.cpu}),
		ask: ({guest, host}) =>
			virsh(host.name, 'hypervisor-cpu-compare', `${guest.name}.xml`, '--machine', guest.machine ?? 'q35', '--error'),
		judge: ({cpu}, {guest}) =>
			cpu === 'off' || cpu.verdict !== 'incompatible'
				? undefined
				: {
						reason: `the CPU of the destination lacks ${cpu.missing.join(', ') || 'features that the guest was started with'}`,
						remedy: advise(
							`configure a CPU model for ${guest.name} that all hosts support, and restart it; or move it cold`,
						),
					},
	}),
	rule({
		id: 'guest-machine',
		check: 18,
		about: 'the machine type',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest, host}) => ({machine: guest.machine, machines: host.machines}),
		ask: ({host}) => run(host.name, 'qemu-system-x86_64', '-machine', 'help'),
		judge: ({machine, machines}, {guest, host}) =>
			machines.includes(machine)
				? undefined
				: {
						reason: `the destination does not support the machine type ${machine}`,
						remedy: virsh(host.name, 'domcapabilities', '--machine', guest.machine ?? ''),
					},
	}),
	rule({
		id: 'guest-firmware',
		check: 18,
		about: 'firmware files',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest, host}) => ({needed: guest.firmware, there: guest.firmware?.length === 0 ? [] : host.firmware}),
		ask: ({host}) => run(host.name, 'ls', '/usr/share/OVMF', '/usr/share/qemu'),
		judge: ({needed, there}, {host}) =>
			needed
				.filter(path => !there.includes(path))
				.map(path => ({
					reason: `the firmware ${path} does not exist on the destination`,
					remedy: run(host.name, 'apt-get', 'install', 'ovmf'),
				})),
	}),
	rule({
		id: 'guest-files',
		check: 18,
		about: 'files and directories in the definition',
		severity: 'blocks',
		of: everyPair,
		needs: ({pair}) => ({lacks: pair?.lacks}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', guest.uuid),
		judge: ({lacks}) => problemsOf(lacks, 'guest-files'),
	}),
	rule({
		id: 'guest-listeners',
		check: 33,
		about: 'listen addresses and ports',
		severity: 'blocks',
		of: everyPair,
		needs: ({pair}) => ({lacks: pair?.lacks}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', guest.uuid),
		judge: ({lacks}) => problemsOf(lacks, 'guest-listeners'),
	}),
	rule({
		id: 'guest-cpus',
		check: 19,
		about: 'CPUs and NUMA nodes of the destination',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {vcpus, highestPin, highestNode}, host: {cpus, numaNodes}}) => ({
			vcpus,
			highestPin,
			highestNode,
			cpus,
			nodes: highestNode === null ? 0 : numaNodes,
		}),
		ask: ({guest, source}) => virsh(source.name, 'vcpupin', guest.uuid),
		judge: ({vcpus, highestPin, highestNode, cpus, nodes}, {guest, source}) => [
			...(vcpus > cpus
				? [
						{
							reason: `the guest has ${vcpus} virtual CPUs, the destination has ${cpus} CPUs`,
							remedy: virsh(source.name, 'setvcpus', guest.uuid, String(cpus), '--live', '--config'),
						},
					]
				: []),
			...(highestPin !== null && highestPin >= cpus
				? [
						{
							reason: `the guest is pinned to CPU ${highestPin}; the last CPU of the destination is ${cpus - 1}`,
							remedy: virsh(source.name, 'vcpupin', guest.uuid),
						},
					]
				: []),
			...(highestNode !== null && highestNode >= nodes
				? [
						{
							reason: `the guest is bound to NUMA node ${highestNode}; the last node of the destination is ${nodes - 1}`,
							remedy: virsh(source.name, 'numatune', guest.uuid),
						},
					]
				: []),
		],
	}),
	rule({
		id: 'guest-hugepages',
		check: 19,
		about: 'huge pages',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {hugepageKib, memoryKib}, host}) => ({
			hugepageKib,
			memoryKib: hugepageKib === null ? 0 : memoryKib,
			pages: hugepageKib === null ? [] : host.hugepages,
		}),
		ask: ({host}) => virsh(host.name, 'freepages', '--all'),
		judge: ({hugepageKib, memoryKib, pages}, {host}) => {
			if (hugepageKib === null) return undefined;
			const needed = Math.ceil(memoryKib / hugepageKib);
			const free = pages.find(({kib}) => kib === hugepageKib)?.free ?? 0;
			if (free >= needed) return undefined;
			return {
				reason: `${needed} huge pages of ${hugepageKib} KiB required, ${free} free`,
				remedy: virsh(host.name, 'allocpages', String(hugepageKib), String(needed - free), '--add'),
			};
		},
	}),
];

function problemsOf(lacks: readonly Lack[], rule: string): readonly RuleProblem[] {
	return lacks.filter(one => one.rule === rule).map(({reason, remedy}) => ({reason, remedy: advise(remedy)}));
}
