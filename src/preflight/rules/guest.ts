import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest, type GuestItem} from '../scopes.ts';

const dumpxml = ({guest, source}: GuestItem) => virsh(source.name, 'dumpxml', guest.uuid);

/** Checks 7 to 9, 15 and 16: the guest as libvirt and QEMU have it. */
export const guestRules = [
	rule({
		id: 'guest-state',
		check: 7,
		about: 'its state',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({state: guest.state}),
		ask: ({guest, source}) => virsh(source.name, 'domstate', '--reason', guest.uuid),
		judge: ({state: {state, reason}}, {guest, source}) => {
			if (state === 'paused' && reason === 'I/O error') {
				return {
					reason: 'it stands still after an I/O error of a disk',
					remedy: virsh(source.name, 'domblkerror', guest.uuid),
				};
			}
			if (['running', 'paused', 'shut off'].includes(state)) return undefined;
			return {reason: `it is ${state}`, remedy: virsh(source.name, 'domstate', '--reason', guest.uuid)};
		},
	}),
	rule({
		id: 'guest-definition',
		check: 7,
		about: 'its definition',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({definition: guest.definition}),
		ask: dumpxml,
		judge: ({definition}, item) =>
			definition === 'read'
				? undefined
				: {reason: `its definition cannot be read: ${definition.why}`, remedy: dumpxml(item)},
	}),
	rule({
		id: 'guest-jobs',
		check: 8,
		about: 'whether a job of it is under way',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {job, blockJobs}}) => ({job, blockJobs}),
		ask: ({guest, source}) => virsh(source.name, 'domjobinfo', guest.uuid),
		judge: ({job, blockJobs}, {guest, source}) => [
			...(job === null
				? []
				: [{reason: `a ${job} of it is under way`, remedy: virsh(source.name, 'domjobabort', guest.uuid)}]),
			...blockJobs.map(target => ({
				reason: `a block job of ${target} is under way`,
				remedy: virsh(source.name, 'blockjob', guest.uuid, target, '--info'),
			})),
		],
	}),
	rule({
		id: 'guest-managed-save',
		check: 8,
		about: 'whether its memory is saved',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {managedSave}}) => ({managedSave}),
		ask: ({guest, source}) => virsh(source.name, 'dominfo', guest.uuid),
		judge: ({managedSave}, {guest, source}) =>
			managedSave
				? {
						reason: 'its memory is saved in a file that does not move with it',
						remedy: virsh(source.name, 'start', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'guest-snapshots',
		check: 9,
		about: 'its snapshots',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {snapshots}}) => ({snapshots}),
		ask: ({guest, source}) => virsh(source.name, 'snapshot-list', '--name', guest.uuid),
		judge: ({snapshots}, {guest, source}) =>
			snapshots.map(name => ({
				reason: `libvirt moves no guest with snapshots, and it has ${name}`,
				remedy: virsh(source.name, 'snapshot-delete', guest.uuid, name),
			})),
	}),
	rule({
		id: 'guest-unsaved',
		check: 15,
		about: 'whether its running definition is the stored one',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest: {unsaved}}) => ({unsaved}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', '--inactive', guest.uuid),
		judge: ({unsaved}, item) =>
			unsaved.map(element => ({
				reason: `${element} differs between its running and its stored definition: both move, and its next start takes the stored one`,
				remedy: dumpxml(item),
			})),
	}),
	rule({
		id: 'guest-stored-disks',
		check: 15,
		about: 'whether its stored definition has disks that it does not run with',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest: {storedOnly}}) => ({storedOnly}),
		ask: ({guest, source}) => virsh(source.name, 'dumpxml', '--inactive', guest.uuid),
		judge: ({storedOnly}, {guest, source}) =>
			storedOnly.map(({target, path}) => ({
				reason: `${target} (${path}) is in its stored definition alone, and its image would stay behind`,
				remedy: virsh(source.name, 'detach-disk', guest.uuid, target, '--config'),
			})),
	}),
	rule({
		id: 'guest-loose-memory',
		check: 15,
		about: 'its memory devices',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest: {looseMemory}}) => ({looseMemory}),
		ask: dumpxml,
		judge: ({looseMemory}, {guest, source}) =>
			looseMemory
				? {
						reason: 'a memory device of it has no slot or base address, so that it could not be the same there',
						remedy: virsh(source.name, 'edit', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'guest-blockers',
		check: 16,
		about: 'what QEMU says against a move',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		applies: ({guest, plan}) => plan.counts.blockers && guest.state?.state !== 'shut off',
		needs: ({guest: {blockers}}) => ({blockers}),
		ask: ({guest, source}) => virsh(source.name, 'qemu-monitor-command', guest.uuid, '{"execute":"query-migrate"}'),
		judge: ({blockers}, {guest}) =>
			blockers.map(blocker => ({
				reason: `QEMU refuses: ${blocker}`,
				remedy: advise(`move ${guest.name} cold, or remove what blocks it`),
			})),
	}),
];
