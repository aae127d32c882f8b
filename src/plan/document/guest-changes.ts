import type {Change, GuestSize} from './change.ts';
import type {DiskFound, GuestFound} from './model.ts';

/** Smaller changes of the data have no significant effect on the duration. */
const worthTellingBytes = 1024 ** 3;

/** Changes of the guests, which are identified by UUID. */
export function guestChanges(then: readonly GuestFound[], now: readonly GuestFound[]): readonly Change[] {
	const before = onlyRunning(then);
	const after = onlyRunning(now);
	return [
		...[...after.values()].flatMap((guest): readonly Change[] => {
			const old = before.get(guest.uuid);
			if (old === undefined) return [{kind: 'guest-new', guest: guest.guest, host: guest.host}];
			return changesOf(old, guest);
		}),
		...[...before.values()]
			.filter(({uuid}) => !after.has(uuid))
			.map(({guest, host}): Change => ({kind: 'guest-gone', guest, host})),
	];
}

/** A guest may be defined on two hosts: the one where it runs counts. */
function onlyRunning(guests: readonly GuestFound[]): ReadonlyMap<string, GuestFound> {
	const found = new Map<string, GuestFound>();
	for (const guest of guests) {
		const other = found.get(guest.uuid);
		if (other === undefined || other.state === 'shut off') found.set(guest.uuid, guest);
	}
	return found;
}

function changesOf(old: GuestFound, now: GuestFound): readonly Change[] {
	const {guest} = now;
	return [
		...(old.host === now.host ? [] : [{kind: 'guest-elsewhere', guest, was: old.host, now: now.host} as const]),
		...(old.state === now.state ? [] : [{kind: 'guest-state', guest, was: old.state, now: now.state} as const]),
		...sizeChange(guest, 'memory', old.memory_kib, now.memory_kib),
		...sizeChange(guest, 'vcpus', old.vcpus, now.vcpus),
		...(old.disks === undefined || now.disks === undefined ? [] : diskChanges(guest, old.disks, now.disks)),
	];
}

function sizeChange(guest: string, what: GuestSize, then: number | undefined, now: number | undefined) {
	if (then === now || then === undefined || now === undefined) return [];
	return [{kind: 'guest-size', guest, what, was: then, now} as const];
}

function diskChanges(guest: string, then: readonly DiskFound[], now: readonly DiskFound[]): readonly Change[] {
	const before = new Map(then.map(disk => [disk.target, disk]));
	const after = new Set(now.map(({target}) => target));
	const data = (disks: readonly DiskFound[]) => disks.reduce((sum, {data_bytes = 0}) => sum + data_bytes, 0);
	const grown = Math.abs(data(now) - data(then)) >= worthTellingBytes;
	return [
		...now.flatMap(({target: disk, size_bytes: size}): readonly Change[] => {
			const old = before.get(disk);
			if (old === undefined) return [{kind: 'disk-new', guest, disk}];
			if (old.size_bytes === size || old.size_bytes === undefined || size === undefined) return [];
			return [{kind: 'disk-size', guest, disk, was: old.size_bytes, now: size}];
		}),
		...then
			.filter(({target}) => !after.has(target))
			.map(({target}): Change => ({kind: 'disk-gone', guest, disk: target})),
		...(grown ? sizeChange(guest, 'data', data(then), data(now)) : []),
	];
}
