import {cdrom} from '../world.ts';
import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/disks.ts`. */
export const disksCases: RuleCases = {
	'disk-readable': [
		[
			{disk: {realFormat: 'raw'}},
			[['the image is declared as qcow2, but is raw', "virsh edit 'uuid of web1' (on kvm1)"]],
		],
		[
			{disk: {realFormat: null}},
			[
				[
					'/images/web1.qcow2 cannot be opened',
					'qemu-img info -U --backing-chain -f qcow2 /images/web1.qcow2 (on kvm1)',
				],
			],
		],
		[
			{disk: {missingLayer: '/images/base.qcow2'}},
			[
				[
					'backing file not found: /images/base.qcow2',
					'qemu-img info -U --backing-chain -f qcow2 /images/web1.qcow2 (on kvm1)',
				],
			],
		],
	],
	'disk-supported': [
		[
			{disk: {unsupported: ['its type is nvme']}},
			[['not supported: its type is nvme', "virsh edit 'uuid of web1' (on kvm1)"]],
		],
	],
	'disk-layers': [
		[
			{disk: {layerUsers: ['web2', 'web3']}},
			[
				[
					'the disk shares a backing file with web2, web3; the copy will contain all its data',
					'make sure that the destination has space for full copies',
				],
			],
		],
	],
	'disk-users': [
		[
			{disk: {imageUsers: ['web2']}},
			[['web2 uses /images/web1.qcow2 too', 'virsh domblklist web2 --details (on kvm1)']],
		],
	],
	'disk-place': [
		[
			{disk: {shareable: true}},
			[
				[
					'/images/web1.qcow2 has several writers, but is not accessible at the destination',
					'put it on storage shared with kvm2',
				],
			],
		],
	],
	'disk-path-free': [
		[
			{pair: {disks: [{target: 'vda', found: 'foreign'}]}},
			[
				[
					'/images/web1.qcow2 exists, and vacate never overwrites a file it did not create',
					'qemu-img info -U /images/web1.qcow2 (on kvm2)',
				],
			],
		],
		[
			{pair: {disks: [{target: 'vda', found: 'ours'}]}},
			[['/images/web1.qcow2 exists, left by an earlier run', 'rm -- /images/web1.qcow2 (on kvm2)']],
		],
		[{pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'disk-media': [
		[
			{guest: {disks: [cdrom]}, pair: {disks: [{target: 'sda', found: 'nothing'}]}},
			[
				[
					'/iso/debian.iso, in the cdrom, does not exist at the destination',
					"virsh change-media 'uuid of web1' sda --eject (on kvm1)",
				],
			],
		],
		[
			{disk: {readonly: true}},
			[
				[
					'/images/web1.qcow2 is read-only and not copied, but differs at the destination',
					'rsync --sparse /images/web1.qcow2 kvm2:/images/web1.qcow2 (on kvm1)',
				],
			],
		],
		[{guest: {disks: [cdrom]}, pair: {disks: [{target: 'sda', found: 'foreign'}]}}, []],
	],
	'disk-format': [
		[
			{disk: {specialties: ['encrypted']}},
			[
				[
					'the image cannot be recreated: encrypted',
					'create /images/web1.qcow2 on kvm2 manually, and move the guest with virsh_migrate',
				],
			],
		],
		[
			{
				disk: {type: 'block', path: '/dev/vg/web1'},
				pair: {disks: [{target: 'vda', found: 'nothing', deviceBytes: 5}]},
			},
			[
				[
					'the device at the destination has 5 bytes; 10737418240 required',
					'blockdev --getsize64 /dev/vg/web1 (on kvm2)',
				],
			],
		],
		[{disk: {specialties: ['encrypted']}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
		[
			{disk: {contents: ['internal snapshot before', 'bitmap backup-0']}},
			[
				[
					'the image contains data that a copy lacks: internal snapshot before, bitmap backup-0',
					'with web1 shut off, delete what is not needed: qemu-img snapshot -d or qemu-img bitmap --remove (on kvm1); or set image_contents: drop to copy without it',
				],
			],
		],
		[{disk: {contents: ['bitmap backup-0']}, plan: {dropsContents: true}}, []],
		[{disk: {contents: ['bitmap backup-0']}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
};
