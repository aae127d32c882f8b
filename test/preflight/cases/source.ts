import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/source.ts`. */
export const sourceCases: RuleCases = {
	'source-reachable': [
		[
			{source: {reach: {why: 'connection refused'}}},
			[['libvirt does not respond: connection refused', 'systemctl status libvirtd virtqemud (on kvm1)']],
		],
	],
	'source-programs': [
		[
			{source: {missingPrograms: ['qemu-img']}},
			[
				[
					'qemu-img is not installed on kvm1',
					'install the package qemu-utils (Debian, Ubuntu), qemu-img (RHEL, Fedora) or qemu-tools (SUSE) on kvm1',
				],
			],
		],
	],
	'source-free': [
		[
			{source: {lock: 'run 7 of root@controller'}},
			[
				[
					'another run is changing this host: run 7 of root@controller',
					'wait until it ends, or stop it: vacate abort --host kvm1 -i INVENTORY',
				],
			],
		],
	],
	'source-settled': [
		[
			{source: {unsettled: [{guest: 'db1', state: 'in shutdown'}]}},
			[['db1 is in shutdown', 'virsh domstate --reason db1 (on kvm1)']],
		],
	],
	'source-jobs': [
		[{source: {jobs: ['backup.service']}}, [['backup.service is in progress', 'systemctl list-jobs (on kvm1)']]],
	],
	'source-starters': [
		[
			{source: {starters: ['libvirt-guests.service']}},
			[
				[
					'libvirt-guests.service may start guests while the host is being evacuated',
					'systemctl stop libvirt-guests.service (on kvm1)',
				],
			],
		],
	],
	'guest-autostart': [
		[
			{guest: {state: {state: 'shut off', reason: 'shutdown'}}},
			[
				[
					'the guest is shut off and has autostart set: it would start with the next start of libvirt',
					"virsh autostart --disable 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'source-services': [
		[
			{source: {services: ['nfs-server.service']}},
			[
				[
					'nfs-server.service runs on the host itself and is not moved',
					'systemctl status nfs-server.service (on kvm1)',
				],
			],
		],
	],
	'guest-carries': [
		[
			{guest: {carries: ['this program']}},
			[
				[
					'this program depends on this guest, and would be interrupted during the move',
					'run vacate from another machine, or move web1 last and manually',
				],
			],
		],
	],
};
