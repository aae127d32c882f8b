import {StepError} from '../../../errors.ts';
import {namesLayers} from '../../../virsh/definition/disk-xml.ts';
import {type DiskPlanContext, writtenDisks} from './disk-scene.ts';
import {mapPath} from './storage-map.ts';

/**
 * Verifies that each disk is supported, and that no image is in two drives.
 *
 * @throws StepError when not, with the disk.
 */
export function demandSupported({definition, source, destination, mode, requested}: DiskPlanContext): void {
	const {uuid, name, disks, storedOnly = [], nvramType} = definition;
	const refuse = (what: string, remedy: string) => new StepError(`${name}: ${what}`, remedy, {retry: 'never'});
	for (const {target, path, unsupported = [], transient} of disks) {
		const [why] = unsupported.filter(reason => reason !== namesLayers || requested.copy_storage !== 'inc');
		const what = `disk ${target}${path === undefined ? '' : ` (${path})`}`;
		if (why !== undefined) throw refuse(`${what} is not supported: ${why}`, remedyFor(why, uuid, source));
		if (transient && mode === 'live') {
			throw refuse(
				`${what} is transient, which QEMU cannot migrate live`,
				'shut the guest down, and set offline: true',
			);
		}
	}
	const [pending] = storedOnly;
	if (pending !== undefined) {
		throw refuse(
			`disk ${pending.target} (${pending.path}) is only in the persistent definition, so its image would be left behind`,
			`attach it: virsh attach-disk ${uuid} ${pending.path} ${pending.target} --live; or remove it: virsh detach-disk ${uuid} ${pending.target} --config (on ${source})`,
		);
	}
	if (nvramType !== undefined && nvramType !== 'network' && mode === 'cold') {
		throw refuse(`the NVRAM has the type ${nvramType}, which is not copied`, 'start the guest and move it live');
	}
	const places = writtenDisks(definition).map(disk => ({...disk, place: mapPath(disk.path, requested.storage_map)}));
	for (const [index, {target, place}] of places.entries()) {
		const other = places.slice(0, index).find(one => one.place === place);
		if (other === undefined) continue;
		throw refuse(
			`disks ${other.target} and ${target} are the same file: ${place} on ${destination}`,
			`remove one of them: virsh detach-disk ${uuid} ${target} --config (on ${source})`,
		);
	}
}

function remedyFor(why: string, uuid: string, source: string): string {
	if (why.includes('<mirror>')) return `abort the block job: virsh blockjob ${uuid} DISK --abort (on ${source})`;
	return `change it to a file of the host: virsh edit ${uuid}, <disk type="file"> (on ${source}); or move the guest with virsh_migrate`;
}
