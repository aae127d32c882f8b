import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyPair} from '../scopes.ts';

/** Check 32: nothing on the destination is taken for the guest, nor the destination for the source. */
export const identityRules = [
	rule({
		id: 'destination-is-another',
		check: 32,
		about: 'whether the two hosts are told apart',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host, source}) => ({there: host.uuid, here: source.uuid}),
		ask: ({host}) => virsh(host.name, 'capabilities'),
		judge: ({there, here}, {host}) =>
			there === here
				? {
						reason: `both hosts have the UUID ${here}, and libvirt takes them for one`,
						remedy: advise(`set host_uuid in /etc/libvirt/libvirtd.conf of ${host.name}: uuidgen makes one`),
					}
				: undefined,
	}),
	rule({
		id: 'guest-identity',
		check: 32,
		about: 'the guests of the destination, and its own network cards',
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
						return [{reason: 'it runs there too', remedy: virsh(host.name, 'domstate', '--reason', guest.uuid)}];
					}
					if (other.name === guest.name) return [];
					return [
						{
							reason: `its UUID is that of ${other.name} there`,
							remedy: virsh(host.name, 'undefine', '--keep-nvram', other.uuid),
						},
					];
				}
				return [
					...(other.name === guest.name
						? [
								{
									reason: `another guest there has its name, with the UUID ${other.uuid}`,
									remedy: virsh(host.name, 'domrename', other.uuid, `${other.name}-old`),
								},
							]
						: []),
					...shared.map(mac => ({
						reason: `${other.name} there has its address ${mac}`,
						remedy: virsh(host.name, 'domiflist', other.uuid),
					})),
				];
			});
		},
	}),
	rule({
		id: 'guest-stale-definition',
		check: 32,
		about: 'whether the destination still has a definition of it',
		severity: 'warns',
		of: everyPair,
		needs: ({host}) => ({domains: host.domains}),
		ask: ({host}) => virsh(host.name, 'list', '--all', '--uuid', '--name'),
		judge: ({domains}, {guest, host}) =>
			domains.some(({uuid, name, isActive}) => uuid === guest.uuid && name === guest.name && !isActive)
				? {
						reason: 'a definition of it is there from an earlier stay, and is replaced',
						remedy: virsh(host.name, 'dumpxml', '--inactive', guest.uuid),
					}
				: undefined,
	}),
];
