import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/destination.ts`. */
export const destinationCases: RuleCases = {
	'destination-up': [
		[
			{host: {reach: {why: 'no route'}}},
			[['libvirt does not respond: no route', 'systemctl status libvirtd virtqemud (on kvm2)']],
		],
		[
			{host: {reach: {why: 'sh: 1: exec: virsh: not found'}}},
			[
				[
					'virsh is not installed on kvm2',
					'install the package libvirt-clients (Debian, Ubuntu) or libvirt-client (RHEL, Fedora, SUSE) on kvm2',
				],
			],
		],
	],
	'destination-programs': [
		[
			{host: {missingPrograms: ['virsh']}},
			[
				[
					'virsh is not installed on kvm2',
					'install the package libvirt-clients (Debian, Ubuntu) or libvirt-client (RHEL, Fedora, SUSE) on kvm2',
				],
			],
		],
	],
	'destination-free': [
		[
			{host: {lock: 'run 8 of root@controller'}},
			[
				[
					'another run is changing this host: run 8 of root@controller',
					'wait until it ends, or stop it: vacate abort --host kvm2 -i INVENTORY',
				],
			],
		],
	],
	'destination-versions': [
		[
			{host: {libvirt: '8.9.12', qemu: '6.2'}},
			[
				[
					'QEMU 6.2 is older than 7.2.0 at the source; guests can only move to the same version or a newer one',
					'update QEMU on kvm2',
				],
				[
					'libvirt 8.9.12 is older than 9.0.0 at the source; guests can only move to the same version or a newer one',
					'update libvirt on kvm2',
				],
			],
		],
		[{host: {libvirt: '10.0.0', qemu: '7.10.0'}}, []],
	],
	'guest-memory': [
		[{host: {freeKib: 1024 ** 2}}, [['4096 MiB of memory required, 1024 MiB free', 'virsh nodememstats (on kvm2)']]],
	],
	'guest-secrets': [
		[
			{host: {secrets: []}, guest: {tpm: null}},
			[
				[
					'the libvirt secret secret of web1 does not exist on the destination',
					"virsh secret-define 'secret of web1.xml' (on kvm2)",
				],
			],
		],
	],
	'destination-hooks': [
		[
			{host: {hooks: []}},
			[
				[
					'the hook /etc/libvirt/hooks/qemu exists on only one of the two hosts',
					'ls -l /etc/libvirt/hooks/qemu (on kvm2)',
				],
			],
		],
	],
	'destination-cordon': [
		[
			{host: {cordon: {owner: 'alice', reason: 'kernel update', isExpired: false}}},
			[
				[
					'the host is cordoned by alice: kernel update',
					'choose other destinations; or lift the cordon: vacate uncordon kvm2',
				],
			],
		],
		[{host: {cordon: {owner: 'alice', reason: 'kernel update', isExpired: true}}}, []],
	],
	'destination-connections': [
		[
			{host: {clients: {now: 18, most: 20}, ssh: {maxSessions: 1, maxStartups: 10}}},
			[
				[
					'libvirt accepts 2 more clients; 2 concurrent moves require two each',
					'virt-admin server-clients-set libvirtd --max-clients 5000 (on kvm2)',
				],
				['sshd accepts only 1 sessions per connection and 10 concurrent logins', 'sshd -T (on kvm2)'],
			],
		],
	],
};
