import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest, type GuestItem} from '../scopes.ts';

const dumpxml = ({guest, source}: GuestItem) => virsh(source.name, 'dumpxml', guest.uuid);

/** Checks 7 to 9, 15 and 16: the guest as libvirt and QEMU have it. */
export const guestRules = [
	rule({
		id: 'guest-state',
		check: 7,
		about: 'the state of the guest',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({state: guest.state}),
		ask: ({guest, source}) => virsh(source.name, 'domstate', '--reason', guest.uuid),
		judge: ({state: {state, reason}}, {guest, source}) => {
			if (state === 'paused' && reason === 'I/O error') {
				return {
					reason: 'the guest is paused after an I/O error',
					remedy: virsh(source.name, 'domblkerror', guest.uuid),
				};
			}
			if (['running', 'paused', 'shut off'].includes(state)) return undefined;
			return {reason: `the guest is ${state}`, remedy: virsh(source.name, 'domstate', '--reason', guest.uuid)};
		},
	}),
	rule({
		id: 'guest-definition',
		check: 7,
		about: 'the definition of the guest',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({definition: guest.definition}),
		ask: dumpxml,
		judge: ({definition}, item) =>
			definition === 'read'
				? undefined
				: {reason: `cannot read the definition: ${definition.why}`, remedy: dumpxml(item)},
	}),
	rule({
		id: 'guest-jobs',
		check: 8,
		about: 'active jobs',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {job, blockJobs}}) => ({job, blockJobs}),
		ask: ({guest, source}) => virsh(source.name, 'domjobinfo', guest.uuid),
		judge: ({job, blockJobs}, {guest, source}) => [
			...(job === null
				? []
				: [{reason: `a ${job} job is in progress`, remedy: virsh(source.name, 'domjobabort', guest.uuid)}]),
			...blockJobs.map(target => ({
				reason: `a block job of ${target} is in progress`,
				remedy: virsh(source.name, 'blockjob', guest.uuid, target, '--info'),
			})),
		],
	}),
	rule({
		id: 'guest-managed-save',
		check: 8,
		about: 'managed save images',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {managedSave}}) => ({managedSave}),
		ask: ({guest, source}) => virsh(source.name, 'dominfo', guest.uuid),
		judge: ({managedSave}, {guest, source}) =>
			managedSave
				? {
						reason: 'the guest has a managed save image, which is not moved',
						remedy: virsh(source.name, 'start', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'guest-snapshots',
		check: 9,
		about: 'snapshots',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {snapshots}}) => ({snapshots}),
		ask: ({guest, source}) => virsh(source.name, 'snapshot-list', '--name', guest.uuid),
		judge: ({snapshots}, {guest, source}) =>
			snapshots.map(name => ({
				reason: `the guest has the snapshot ${name}; libvirt cannot migrate guests with snapshots`,
				remedy: virsh(source.name, 'snapshot-delete', guest.uuid, name),
			})),
	}),
	rule({
		id: 'guest-unsaved',
		check: 15,
		about: 'differences between the active and the persistent definition',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest: {unsaved}}) => ({unsaved}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', '--inactive', guest.uuid),
		judge: ({unsaved}, item) =>
			unsaved.map(element => ({
				reason: `${element} differs between the active and the persistent definition; both are moved, and the next start uses the persistent one`,
				remedy: dumpxml(item),
			})),
	}),
	rule({
		id: 'guest-stored-disks',
		check: 15,
		about: 'disks in the persistent definition only',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {storedOnly}}) => ({storedOnly}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', '--inactive', guest.uuid),
		judge: ({storedOnly}, {guest, source}) =>
			storedOnly.map(({target, path}) => ({
				reason: `${target} (${path}) is only in the persistent definition, so its image would be left behind`,
				remedy: virsh(source.name, 'detach-disk', guest.uuid, target, '--config'),
			})),
	}),
	rule({
		id: 'guest-loose-memory',
		check: 15,
		about: 'memory devices',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest: {looseMemory}}) => ({looseMemory}),
		ask: dumpxml,
		judge: ({looseMemory}, {guest, source}) =>
			looseMemory
				? {
						reason: 'a memory device has no slot or base address, so its layout could differ at the destination',
						remedy: virsh(source.name, 'edit', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'guest-blockers',
		check: 16,
		about: 'migration blockers reported by QEMU',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		applies: ({guest, plan}) => plan.counts.blockers && guest.state?.state !== 'shut off',
		needs: ({guest: {blockers}}) => ({blockers}),
		ask: ({guest, source}) => virsh(source.name, 'qemu-monitor-command', guest.uuid, '{"execute":"query-migrate"}'),
		judge: ({blockers}, {guest}) =>
			blockers.map(blocker => ({
				reason: `QEMU reports a migration blocker: ${blocker}`,
				remedy: advise(`move ${guest.name} cold, or remove the cause`),
			})),
	}),
];
