import {advise, run, virsh} from '../commands.ts';
import {isCopied, isWritten} from '../facts.ts';
import type {DiskFacts} from '../guest-facts.ts';
import {rule} from '../rule.ts';
import {type DiskItem, type DiskPairItem, everyDisk, everyDiskPair} from '../scopes.ts';

const image = ({disk, guest, source}: DiskItem) =>
	disk?.path === undefined
		? virsh(source.name, 'domblklist', guest.uuid, '--details')
		: run(source.name, 'qemu-img', 'info', '-U', '--backing-chain', '-f', disk.format, disk.path);

const look = ({disk, host}: DiskPairItem) => run(host.name, 'stat', disk?.path ?? '');

/** An empty drive, or network storage: no file of the host. */
function isEmpty(disk: DiskFacts | undefined): boolean {
	return disk !== undefined && disk.path === undefined;
}

/** Checks 23 to 29: each disk, here and there. */
export const diskRules = [
	rule({
		id: 'disk-readable',
		check: 23,
		about: 'whether its image and all layers below are there and of the format declared',
		severity: 'blocks',
		of: everyDisk,
		needs: ({disk}) =>
			isEmpty(disk)
				? {realFormat: disk?.format, missingLayer: null}
				: {realFormat: disk?.realFormat, missingLayer: disk?.missingLayer},
		ask: image,
		judge: ({realFormat, missingLayer}, item) => {
			const {disk, guest, source} = item;
			if (missingLayer !== null) return {reason: `a layer below it is missing: ${missingLayer}`, remedy: image(item)};
			if (realFormat === null) return {reason: `${disk?.path} cannot be opened`, remedy: image(item)};
			if (realFormat === disk?.format) return undefined;
			return {
				reason: `it is declared as ${disk?.format}, and is ${realFormat}`,
				remedy: virsh(source.name, 'edit', guest.uuid),
			};
		},
	}),
	rule({
		id: 'disk-supported',
		check: 23,
		about: 'what kind of disk it is',
		severity: 'blocks',
		of: everyDisk,
		needs: ({disk}) => ({unsupported: disk && (disk.unsupported ?? [])}),
		ask: image,
		judge: ({unsupported}, {guest, source}) =>
			unsupported.map(why => ({reason: `it is not supported: ${why}`, remedy: virsh(source.name, 'edit', guest.uuid)})),
	}),
	rule({
		id: 'disk-layers',
		check: 23,
		about: 'who shares the layers below it',
		severity: 'warns',
		of: everyDisk,
		needs: ({disk}) => ({users: isEmpty(disk) ? [] : disk?.layerUsers}),
		ask: image,
		judge: ({users}) =>
			users.length === 0
				? undefined
				: {
						reason: `it shares a layer with ${users.join(', ')}: the copy holds all of its data by itself`,
						remedy: advise('make sure that the destination has the space for the whole of each'),
					},
	}),
	rule({
		id: 'disk-users',
		check: 24,
		about: 'whether another guest uses its image',
		severity: 'blocks',
		of: everyDisk,
		needs: ({disk}) => ({users: isEmpty(disk) || disk?.shareable || disk?.readonly ? [] : disk?.imageUsers}),
		ask: ({disk, source}) => run(source.name, 'fuser', '--verbose', disk?.path ?? ''),
		judge: ({users}, {disk, source}) =>
			users.map(user => ({
				reason: `${user} uses ${disk?.path} too`,
				remedy: virsh(source.name, 'domblklist', user, '--details'),
			})),
	}),
	rule({
		id: 'disk-place',
		check: 25,
		about: 'whether the destination sees the same file or none',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => ({
			found: isEmpty(disk) ? ('none' as const) : there?.found,
		}),
		ask: look,
		judge: ({found}, {disk, host}) =>
			disk?.shareable && found !== 'same'
				? {
						reason: `several guests write to ${disk.path}, and the destination does not see it`,
						remedy: advise(`put it on storage that ${host.name} sees too`),
					}
				: undefined,
	}),
	rule({
		id: 'disk-path-free',
		check: 27,
		about: 'what is at its path on the destination',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => ({found: disk !== undefined && !isWritten(disk) ? ('same' as const) : there?.found}),
		ask: look,
		judge: ({found}, {disk, host, there}) => {
			const path = disk?.path ?? '';
			if (found === 'ours') {
				return {reason: `${path} is there, left by an earlier run`, remedy: run(host.name, 'rm', '--', path)};
			}
			if (found !== 'foreign') return undefined;
			return {
				reason:
					there?.why === undefined
						? `${path} is there already, and nothing is ever written over`
						: `${path} is ${there.why}`,
				remedy: run(host.name, 'qemu-img', 'info', '-U', path),
			};
		},
	}),
	rule({
		id: 'disk-media',
		check: 28,
		about: 'whether the destination has the same medium',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => ({
			found: disk !== undefined && (isWritten(disk) || disk.path === undefined) ? ('same' as const) : there?.found,
		}),
		ask: look,
		judge: ({found}, {disk, guest, source, host}) => {
			if (disk === undefined || found === 'same') return undefined;
			if (found === 'foreign' && disk.device !== 'disk') return undefined;
			if (found === 'different') {
				return {
					reason: `${disk.path} is in its drive ${disk.target}, and the destination has another file there`,
					remedy: run(host.name, 'sha256sum', disk.path ?? ''),
				};
			}
			if (disk.device === 'disk') {
				return {
					reason: `${disk.path} is read-only and not copied, and is not the same on the destination`,
					remedy: run(source.name, 'rsync', '--sparse', disk.path ?? '', `${host.name}:${disk.path}`),
				};
			}
			return {
				reason: `${disk.path} is in its ${disk.device}, and not there on the destination`,
				remedy: virsh(source.name, 'change-media', guest.uuid, disk.target, '--eject'),
			};
		},
	}),
	rule({
		id: 'disk-format',
		check: 29,
		about: 'whether a copy can be like it',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => {
			const copied = disk === undefined || isCopied(disk, there);
			return {
				specialties: copied ? disk?.specialties : [],
				contents: copied ? disk?.contents : [],
				bytes: copied ? disk?.virtualBytes : 0,
				deviceBytes: copied && disk?.type === 'block' ? there?.deviceBytes : 0,
			};
		},
		ask: image,
		judge: ({specialties, contents, bytes, deviceBytes}, {disk, host, guest, source, plan}) => [
			...(contents.length === 0 || plan.dropsContents
				? []
				: [
						{
							reason: `its image holds more than a copy does: ${contents.join(', ')}`,
							remedy: advise(
								`delete what is not needed with qemu-img snapshot -d or qemu-img bitmap --remove, with ${guest.name} shut off (on ${source.name}); or copy without it: image_contents: drop`,
							),
						},
					]),
			...specialties.map(specialty => ({
				reason: `a new image cannot be ${specialty} as it is`,
				remedy: advise(`make ${disk?.path} on ${host.name} by hand, and move the guest with virsh_migrate`),
			})),
			...(disk?.type === 'block' && deviceBytes !== bytes
				? [
						{
							reason: `the device there has ${deviceBytes} bytes, and must have ${bytes}`,
							remedy: run(host.name, 'blockdev', '--getsize64', disk.path ?? ''),
						},
					]
				: []),
		],
	}),
];
