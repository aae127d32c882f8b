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
		about: 'whether it holds SCSI reservations',
		severity: 'blocks',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk}) => ({reserved: disk?.hasReservations}),
		ask: dumpxml,
		judge: ({reserved}, {guest}) =>
			reserved
				? {
						reason: 'it holds SCSI reservations, which belong to the host',
						remedy: advise(`release them in ${guest.name}, or move it cold`),
					}
				: undefined,
	}),
	rule({
		id: 'disk-shareable',
		check: 13,
		about: 'who else writes to the disk',
		severity: 'warns',
		of: everyDisk,
		needs: ({disk}) => ({shareable: disk?.shareable}),
		ask: dumpxml,
		judge: ({shareable}) =>
			shareable
				? {
						reason: 'several guests may write to it, so it is not copied: it must be on storage that both hosts see',
						remedy: advise('stop the other writers, or move them together'),
					}
				: undefined,
	}),
	rule({
		id: 'disk-cache',
		check: 14,
		about: 'how the host caches the disk',
		severity: 'warns',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk, source: {libvirt}}) => ({cache: disk?.readonly ? 'none' : disk?.cache, libvirt}),
		ask: dumpxml,
		judge: ({cache, libvirt}, {guest, source}) =>
			['none', 'directsync'].includes(cache) || !isOlder(libvirt, '5.7')
				? undefined
				: {
						reason: `the host caches it (${cache}): libvirt before 5.7 refuses the move of a shared disk as unsafe`,
						remedy: virsh(source.name, 'edit', guest.uuid),
					},
	}),
	rule({
		id: 'disk-transient',
		check: 15,
		about: 'whether the disk forgets what is written',
		severity: 'blocks',
		modes: ['live'],
		of: everyDisk,
		needs: ({disk}) => ({isTransient: disk?.isTransient}),
		ask: dumpxml,
		judge: ({isTransient}, {guest}) =>
			isTransient
				? {
						reason: 'it is transient, and libvirt moves no guest with such a disk',
						remedy: advise(`move ${guest.name} cold`),
					}
				: undefined,
	}),
];
