import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/devices.ts`. */
export const devicesCases: RuleCases = {
	'guest-devices': [
		[
			{
				guest: {
					devices: [
						{kind: 'pci', name: '0000:3b:00.0', isTeamed: false},
						{kind: 'pci', name: '0000:3b:02.0', isTeamed: true},
					],
				},
			},
			[
				[
					'pci 0000:3b:00.0: a PCI device of the host cannot be moved',
					'detach 0000:3b:00.0 from web1: virsh detach-device --config; or leave the guest: policy: leave',
				],
			],
		],
	],
	'guest-tpm': [
		[
			{host: {swtpm: null}},
			[['the guest has a TPM, but swtpm is not installed on the destination', 'apt-get install swtpm (on kvm2)']],
		],
		[
			{host: {secrets: []}},
			[
				[
					'the libvirt secret secret of web1 of the encrypted TPM does not exist on the destination',
					"virsh secret-define 'secret of web1.xml' (on kvm2)",
				],
			],
		],
		[{guest: {tpm: null}, host: {swtpm: null}}, []],
		[{guest: {tpm: {secret: null}}, host: {secrets: []}}, []],
	],
	'guest-shared-tpm': [
		[
			{guest: {isTpmShared: true}},
			[
				[
					'the TPM state is on shared storage, which requires swtpm with --migration on both hosts',
					'install swtpm 0.8 and libvirt 8.10 or later on both hosts',
				],
			],
		],
	],
	'guest-confidential': [
		[
			{guest: {confidential: 'SEV', tscUnfixed: true}},
			[
				[
					'guest memory is encrypted with SEV, so it cannot be migrated live',
					'shut web1 down and move it cold: policy: live_or_cold',
				],
				['the guest has the CPU feature invtsc without a fixed TSC frequency', "virsh edit 'uuid of web1' (on kvm1)"],
			],
		],
	],
};
