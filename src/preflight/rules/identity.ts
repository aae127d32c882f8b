import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyPair} from '../scopes.ts';

/** Check 32: identity conflicts between guests, and between source and destination. */
export const identityRules = [
	rule({
		id: 'destination-is-another',
		check: 32,
		about: 'the host UUIDs',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host, source}) => ({there: host.uuid, here: source.uuid}),
		ask: ({host}) => virsh(host.name, 'capabilities'),
		judge: ({there, here}, {host}) =>
			there === here
				? {
						reason: `both hosts have the UUID ${here}, so libvirt treats them as one host`,
						remedy: advise(`set host_uuid in /etc/libvirt/libvirtd.conf of ${host.name} to the output of uuidgen`),
					}
				: undefined,
	}),
	rule({
		id: 'guest-identity',
		check: 32,
		about: 'name, UUID and MAC address conflicts',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest, host}) => ({domains: host.domains, interfaces: guest.interfaces}),
		ask: ({host}) => virsh(host.name, 'list', '--all', '--uuid', '--name'),
		judge: ({domains, interfaces}, {guest, host}) => {
			const macs = interfaces.map(({mac}) => mac);
			return domains.flatMap(other => {
				const shared = other.macs.filter(mac => macs.includes(mac));
				if (other.uuid === guest.uuid) {
					if (other.isActive) {
						return [
							{
								reason: 'the guest is also running on the destination',
								remedy: virsh(host.name, 'domstate', '--reason', guest.uuid),
							},
						];
					}
					if (other.name === guest.name) return [];
					return [
						{
							reason: `${other.name} on the destination has the same UUID`,
							remedy: virsh(host.name, 'undefine', '--keep-nvram', other.uuid),
						},
					];
				}
				return [
					...(other.name === guest.name
						? [
								{
									reason: `a guest with the same name and the UUID ${other.uuid} exists on the destination`,
									remedy: virsh(host.name, 'domrename', other.uuid, `${other.name}-old`),
								},
							]
						: []),
					...shared.map(mac => ({
						reason: `${other.name} on the destination has the same MAC address ${mac}`,
						remedy: virsh(host.name, 'domiflist', other.uuid),
					})),
				];
			});
		},
	}),
	rule({
		id: 'guest-stale-definition',
		check: 32,
		about: 'obsolete definitions at the destination',
		severity: 'warns',
		of: everyPair,
		needs: ({host}) => ({domains: host.domains}),
		ask: ({host}) => virsh(host.name, 'list', '--all', '--uuid', '--name'),
		judge: ({domains}, {guest, host}) =>
			domains.some(({uuid, name, isActive}) => uuid === guest.uuid && name === guest.name && !isActive)
				? {
						reason: 'the destination has a definition of the guest from an earlier stay, which is replaced',
						remedy: virsh(host.name, 'dumpxml', '--inactive', guest.uuid),
					}
				: undefined,
	}),
];
