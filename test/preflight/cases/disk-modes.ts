import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/disk-modes.ts`. */
export const diskModesCases: RuleCases = {
	'disk-reservations': [
		[
			{disk: {hasReservations: true}},
			[
				[
					'the disk has SCSI persistent reservations, which belong to the host',
					'release them in web1, or move the guest cold',
				],
			],
		],
	],
	'disk-shareable': [
		[
			{disk: {shareable: true}, pair: {disks: [{target: 'vda', found: 'same'}]}},
			[
				[
					'the disk is shareable and therefore not copied: it must be on storage that both hosts share',
					'stop the other writers, or move them together',
				],
			],
		],
	],
	'disk-cache': [
		[
			{source: {libvirt: '5.6.0'}, disk: {cache: 'writeback'}},
			[
				[
					'cache mode writeback: libvirt before 5.7 refuses to migrate a shared disk with it as unsafe',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
		[{source: {libvirt: '5.6.0'}, disk: {cache: 'writeback', readonly: true}}, []],
		[{disk: {cache: 'writeback'}}, []],
	],
	'disk-transient': [
		[
			{disk: {isTransient: true}},
			[['the disk is transient; libvirt cannot migrate guests with transient disks', 'move web1 cold']],
		],
	],
};
