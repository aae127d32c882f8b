import {card} from '../world.ts';
import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/network.ts`. */
export const networkCases: RuleCases = {
	'guest-networks': [
		[
			{host: {networks: []}},
			[
				[
					'the network default does not exist on the destination',
					'virsh net-define default.xml (on kvm2); or set network_map: {default: NAME} if it has another name there',
				],
			],
		],
		[
			{host: {networks: [{name: 'default', isActive: false}]}},
			[['the network default is not active on the destination', 'virsh net-start default (on kvm2)']],
		],
		[{guest: {interfaces: [{...card, network: null}]}, host: {networks: []}}, []],
		[{host: {networks: [{name: 'internal', isActive: true}]}, pair: {networkMap: {default: 'internal'}}}, []],
	],
	'guest-bridges': [
		[
			{host: {bridges: []}},
			[
				[
					'the bridge br0 does not exist on the destination',
					'ip link add br0 type bridge (on kvm2); or set network_map: {br0: NAME} if it has another name there',
				],
			],
		],
		[
			{host: {bridges: [{name: 'br0', mtu: 9000, vlans: [20]}]}},
			[
				['the bridge br0 does not carry VLAN 10 on the destination', 'bridge vlan show (on kvm2)'],
				[
					'the bridge br0 has MTU 9000 on the destination, the interface of the guest has MTU 1500',
					'ip link set br0 mtu 1500 (on kvm2), if the network supports that',
				],
			],
		],
		[{host: {bridges: [{name: 'br0', mtu: 1500, vlans: null}]}}, []],
	],
	'guest-filters': [
		[
			{host: {filters: []}},
			[
				[
					'the network filter clean-traffic does not exist on the destination',
					'virsh nwfilter-define clean-traffic.xml (on kvm2)',
				],
			],
		],
	],
};
