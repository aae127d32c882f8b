import {StepError} from '../../../errors.ts';
import type {Facts} from '../../../facts/facts.ts';
import {whyInUse} from '../../kept/proof.ts';
import {demandPlain} from './contents.ts';
import type {DiskPlanContext, LocalDisk} from './disk-scene.ts';

/** A block device at the source, and the device at the destination that receives its copy. */
export type Device = {
	readonly target: string;
	readonly from: string;
	readonly path: string;
	readonly dataBytes: number;
};

/** @throws StepError if the device at the destination must not be overwritten. */
export function planDevice(disk: LocalDisk, path: string, scene: DiskPlanContext, facts: Facts): Device {
	const {definition, source, destination, requested} = scene;
	const {target, path: from, format} = disk;
	const refuse = (why: string, remedy: string) =>
		new StepError(`${definition.name}: disk ${target} is a block device (${from}): ${why}`, remedy, {
			retry: 'never',
		});
	if (format !== 'raw') throw refuse(`only raw devices are copied, not ${format}`, 'move the guest with virsh_migrate');
	if (requested.block_devices !== 'overwrite') {
		throw refuse(
			'devices are overwritten only with block_devices: overwrite',
			`create ${path} with the same size on ${destination}, and set block_devices: overwrite; use storage_map for another path`,
		);
	}
	const there = facts.of({kind: 'path', host: destination, path});
	if (there.type !== 'block')
		throw refuse(`${path} on ${destination} is not a block device`, `create it: lvcreate (on ${destination})`);
	const why = whyInUse(destination, there.identity, facts, definition.uuid);
	if (why !== undefined) throw refuse(`${path} on ${destination} ${why}`, 'map it to another device with storage_map');
	const [image] = facts.of({kind: 'image', host: source, path: from, format});
	const [room] = facts.of({kind: 'image', host: destination, path, format});
	if (image !== undefined) demandPlain(disk, image, scene);
	if (image === undefined || image.virtualBytes !== room?.virtualBytes) {
		throw refuse(
			`${path} on ${destination} has ${room?.virtualBytes} bytes instead of ${image?.virtualBytes}`,
			'make both the same size; volume managers round sizes up',
		);
	}
	return {target, from, path, dataBytes: image.virtualBytes};
}
