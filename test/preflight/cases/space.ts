import {thinPool} from '../world.ts';
import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/space.ts`. */
export const spaceCases: RuleCases = {
	'destination-thin-pools': [
		[
			{host: {pools: [thinPool(40, 95)]}},
			[
				[
					'the thin pool of /images is 40 % full (metadata: 95 %)',
					'lvs -o lv_name,data_percent,metadata_percent (on kvm2)',
				],
			],
		],
	],
	'disk-space': [
		[
			{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}},
			[['up to 10737418240 bytes required, 5 free in /images', 'df --block-size=1 /images (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), path: '/elsewhere'}]}},
			[['no storage pool of the destination contains /images/web1.qcow2', 'virsh pool-list --all (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), isActive: false}]}},
			[['the storage pool /images is not active on the destination', 'virsh pool-list --all (on kvm2)']],
		],
		[{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
};
