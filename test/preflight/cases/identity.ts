import {card, guest, stranger} from '../world.ts';
import type {RuleCases} from './rule-cases.ts';

/** Of the rules in `rules/identity.ts`. */
export const identityCases: RuleCases = {
	'destination-is-another': [
		[
			{host: {uuid: 'uuid of kvm1'}},
			[
				[
					'both hosts have the UUID uuid of kvm1, so libvirt treats them as one host',
					'set host_uuid in /etc/libvirt/libvirtd.conf of kvm2 to the output of uuidgen',
				],
			],
		],
	],
	'guest-identity': [
		[
			{host: {domains: [{...stranger, name: 'web1'}]}},
			[
				[
					'a guest with the same name and the UUID uuid of another exists on the destination',
					"virsh domrename 'uuid of another' web1-old (on kvm2)",
				],
			],
		],
		[
			{host: {domains: [{...stranger, macs: [card.mac]}]}},
			[
				[
					'db1 on the destination has the same MAC address 52:54:00:00:00:01',
					"virsh domiflist 'uuid of another' (on kvm2)",
				],
			],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid}]}},
			[['the guest is also running on the destination', "virsh domstate --reason 'uuid of web1' (on kvm2)"]],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, isActive: false}]}},
			[['db1 on the destination has the same UUID', "virsh undefine --keep-nvram 'uuid of web1' (on kvm2)"]],
		],
		[{host: {domains: [stranger]}}, []],
	],
	'guest-stale-definition': [
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, name: guest.name, isActive: false}]}},
			[
				[
					'the destination has a definition of the guest from an earlier stay, which is replaced',
					"virsh dumpxml --inactive 'uuid of web1' (on kvm2)",
				],
			],
		],
	],
};
