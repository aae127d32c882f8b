import {lack, type RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/fit.ts`. */
export const fitCases: RuleCases = {
	'guest-files': [
		[
			{pair: {lacks: [lack('guest-files', 'its emulator, /opt/kvm, does not exist on kvm2'), lack('other', 'x')]}},
			[['its emulator, /opt/kvm, does not exist on kvm2', 'mend it']],
		],
	],
	'guest-listeners': [
		[
			{pair: {lacks: [lack('guest-listeners', 'the serial requires TCP port 4555, which is in use on kvm2')]}},
			[['the serial requires TCP port 4555, which is in use on kvm2', 'mend it']],
		],
	],
	'guest-cpu': [
		[
			{pair: {cpu: {verdict: 'incompatible', missing: ['avx512f', 'pku']}}},
			[
				[
					'the CPU of the destination lacks avx512f, pku',
					'configure a CPU model for web1 that all hosts support, and restart it; or move it cold',
				],
			],
		],
		[
			{
				guest: {state: {state: 'shut off', reason: 'shutdown'}},
				pair: {cpu: {verdict: 'incompatible', missing: ['avx512f']}},
			},
			[],
		],
	],
	'guest-machine': [
		[
			{host: {machines: ['pc-q35-6.0']}},
			[
				[
					'the destination does not support the machine type pc-q35-7.2',
					'virsh domcapabilities --machine pc-q35-7.2 (on kvm2)',
				],
			],
		],
	],
	'guest-firmware': [
		[
			{host: {firmware: []}},
			[
				[
					'the firmware /usr/share/OVMF/OVMF_CODE.fd does not exist on the destination',
					'apt-get install ovmf (on kvm2)',
				],
			],
		],
	],
	'guest-cpus': [
		[
			{host: {cpus: 2, numaNodes: 1}, guest: {highestNode: 1}},
			[
				[
					'the guest has 4 virtual CPUs, the destination has 2 CPUs',
					"virsh setvcpus 'uuid of web1' 2 --live --config (on kvm1)",
				],
				[
					'the guest is pinned to CPU 3; the last CPU of the destination is 1',
					"virsh vcpupin 'uuid of web1' (on kvm1)",
				],
				[
					'the guest is bound to NUMA node 1; the last node of the destination is 0',
					"virsh numatune 'uuid of web1' (on kvm1)",
				],
			],
		],
		[{host: {numaNodes: 1}, guest: {highestNode: null, highestPin: null}}, []],
	],
	'guest-hugepages': [
		[
			{host: {hugepages: [{kib: 2048, free: 1000}]}},
			[['2048 huge pages of 2048 KiB required, 1000 free', 'virsh allocpages 2048 1048 --add (on kvm2)']],
		],
		[{guest: {hugepageKib: null}, host: {hugepages: []}}, []],
	],
};
