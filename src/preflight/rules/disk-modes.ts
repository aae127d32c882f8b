import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyDisk, type GuestItem} from '../scopes.ts';
import {isOlder} from '../versions.ts';

const dumpxml = ({guest, source}: GuestItem) => virsh(source.name, 'dumpxml', guest.uuid);

/** Checks 13 to 15: how a disk is written to. */
export const diskModeRules = [
	rule({
		id: 'disk-reservations',
		check: 13,
		about: 'SCSI persistent reservations',
		severity: 'blocks',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk}) => ({reserved: disk?.hasReservations}),
		ask: dumpxml,
		judge: ({reserved}, {guest}) =>
			reserved
				? {
						reason: 'the disk has SCSI persistent reservations, which belong to the host',
						remedy: advise(`release them in ${guest.name}, or move the guest cold`),
					}
				: undefined,
	}),
	rule({
		id: 'disk-shareable',
		check: 13,
		about: 'other writers of the disk',
		severity: 'warns',
		of: everyDisk,
		needs: ({disk}) => ({shareable: disk?.shareable}),
		ask: dumpxml,
		judge: ({shareable}) =>
			shareable
				? {
						reason: 'the disk is shareable and therefore not copied: it must be on storage that both hosts share',
						remedy: advise('stop the other writers, or move them together'),
					}
				: undefined,
	}),
	rule({
		id: 'disk-cache',
		check: 14,
		about: 'the cache mode of the disk',
		severity: 'warns',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk, source: {libvirt}}) => ({cache: disk?.readonly ? 'none' : disk?.cache, libvirt}),
		ask: dumpxml,
		judge: ({cache, libvirt}, {guest, source}) =>
			['none', 'directsync'].includes(cache) || !isOlder(libvirt, '5.7')
				? undefined
				: {
						reason: `cache mode ${cache}: libvirt before 5.7 refuses to migrate a shared disk with it as unsafe`,
						remedy: virsh(source.name, 'edit', guest.uuid),
					},
	}),
	rule({
		id: 'disk-transient',
		check: 15,
		about: 'transient disks',
		severity: 'blocks',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk}) => ({isTransient: disk?.isTransient}),
		ask: dumpxml,
		judge: ({isTransient}, {guest}) =>
			isTransient
				? {
						reason: 'the disk is transient; libvirt cannot migrate guests with transient disks',
						remedy: advise(`move ${guest.name} cold`),
					}
				: undefined,
	}),
];
