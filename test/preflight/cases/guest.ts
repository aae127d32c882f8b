import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/guest.ts`. */
export const guestCases: RuleCases = {
	'guest-state': [
		[
			{guest: {state: {state: 'paused', reason: 'I/O error'}}},
			[['the guest is paused after an I/O error', "virsh domblkerror 'uuid of web1' (on kvm1)"]],
		],
		[
			{guest: {state: {state: 'crashed', reason: '0'}}},
			[['the guest is crashed', "virsh domstate --reason 'uuid of web1' (on kvm1)"]],
		],
		[{guest: {state: {state: 'paused', reason: 'user'}}}, []],
	],
	'guest-definition': [
		[
			{guest: {definition: {why: 'not whole XML'}}},
			[['cannot read the definition: not whole XML', "virsh dumpxml 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-jobs': [
		[
			{guest: {job: 'backup', blockJobs: ['vda']}},
			[
				['a backup job is in progress', "virsh domjobabort 'uuid of web1' (on kvm1)"],
				['a block job of vda is in progress', "virsh blockjob 'uuid of web1' vda --info (on kvm1)"],
			],
		],
	],
	'guest-managed-save': [
		[
			{guest: {managedSave: true}},
			[['the guest has a managed save image, which is not moved', "virsh start 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-snapshots': [
		[
			{guest: {snapshots: ['before upgrade']}},
			[
				[
					'the guest has the snapshot before upgrade; libvirt cannot migrate guests with snapshots',
					"virsh snapshot-delete 'uuid of web1' 'before upgrade' (on kvm1)",
				],
			],
		],
	],
	'guest-unsaved': [
		[
			{guest: {unsaved: ['devices/disk[2]']}},
			[
				[
					'devices/disk[2] differs between the active and the persistent definition; both are moved, and the next start uses the persistent one',
					"virsh dumpxml 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'guest-stored-disks': [
		[
			{guest: {storedOnly: [{target: 'vdb', path: '/images/b.qcow2'}]}},
			[
				[
					'vdb (/images/b.qcow2) is only in the persistent definition, so its image would be left behind',
					"virsh detach-disk 'uuid of web1' vdb --config (on kvm1)",
				],
			],
		],
	],
	'guest-loose-memory': [
		[
			{guest: {looseMemory: true}},
			[
				[
					'a memory device has no slot or base address, so its layout could differ at the destination',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'guest-blockers': [
		[
			{guest: {blockers: ['VirtFS export path mounted']}},
			[['QEMU reports a migration blocker: VirtFS export path mounted', 'move web1 cold, or remove the cause']],
		],
	],
};
