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
		about: 'the image and its backing chain',
		severity: 'blocks',
		of: everyDisk,
		needs: ({disk}) =>
			isEmpty(disk)
				? {realFormat: disk?.format, missingLayer: null}
				: {realFormat: disk?.realFormat, missingLayer: disk?.missingLayer},
		ask: image,
		judge: ({realFormat, missingLayer}, item) => {
			const {disk, guest, source} = item;
			if (missingLayer !== null) return {reason: `backing file not found: ${missingLayer}`, remedy: image(item)};
			if (realFormat === null) return {reason: `${disk?.path} cannot be opened`, remedy: image(item)};
			if (realFormat === disk?.format) return undefined;
			return {
				reason: `the image is declared as ${disk?.format}, but is ${realFormat}`,
				remedy: virsh(source.name, 'edit', guest.uuid),
			};
		},
	}),
	rule({
		id: 'disk-supported',
		check: 23,
		about: 'the type of the disk',
		severity: 'blocks',
		of: everyDisk,
		needs: ({disk}) => ({unsupported: disk && (disk.unsupported ?? [])}),
		ask: image,
		judge: ({unsupported}, {guest, source}) =>
			unsupported.map(why => ({reason: `not supported: ${why}`, remedy: virsh(source.name, 'edit', guest.uuid)})),
	}),
	rule({
		id: 'disk-layers',
		check: 23,
		about: 'shared backing files',
		severity: 'warns',
		of: everyDisk,
		needs: ({disk}) => ({users: isEmpty(disk) ? [] : disk?.layerUsers}),
		ask: image,
		judge: ({users}) =>
			users.length === 0
				? undefined
				: {
						reason: `the disk shares a backing file with ${users.join(', ')}; the copy will contain all its data`,
						remedy: advise('make sure that the destination has space for full copies'),
					},
	}),
	rule({
		id: 'disk-users',
		check: 24,
		about: 'other users of the image',
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
		about: 'the disk path at the destination',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => ({
			found: isEmpty(disk) ? ('none' as const) : there?.found,
		}),
		ask: look,
		judge: ({found}, {disk, host}) =>
			disk?.shareable && found !== 'same'
				? {
						reason: `${disk.path} has several writers, but is not accessible at the destination`,
						remedy: advise(`put it on storage shared with ${host.name}`),
					}
				: undefined,
	}),
	rule({
		id: 'disk-path-free',
		check: 27,
		about: 'existing files at the destination',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, there}) => ({found: disk !== undefined && !isWritten(disk) ? ('same' as const) : there?.found}),
		ask: look,
		judge: ({found}, {disk, host, there}) => {
			const path = disk?.path ?? '';
			if (found === 'ours') {
				return {reason: `${path} exists, left by an earlier run`, remedy: run(host.name, 'rm', '--', path)};
			}
			if (found !== 'foreign') return undefined;
			return {
				reason:
					there?.why === undefined
						? `${path} exists, and vacate never overwrites a file it did not create`
						: `${path} is ${there.why}`,
				remedy: run(host.name, 'qemu-img', 'info', '-U', path),
			};
		},
	}),
	rule({
		id: 'disk-media',
		check: 28,
		about: 'media at the destination',
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
					reason: `${disk.path}, in drive ${disk.target}, is a different file at the destination`,
					remedy: run(host.name, 'sha256sum', disk.path ?? ''),
				};
			}
			if (disk.device === 'disk') {
				return {
					reason: `${disk.path} is read-only and not copied, but differs at the destination`,
					remedy: run(source.name, 'rsync', '--sparse', disk.path ?? '', `${host.name}:${disk.path}`),
				};
			}
			return {
				reason: `${disk.path}, in the ${disk.device}, does not exist at the destination`,
				remedy: virsh(source.name, 'change-media', guest.uuid, disk.target, '--eject'),
			};
		},
	}),
	rule({
		id: 'disk-format',
		check: 29,
		about: 'whether the image can be copied',
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
							reason: `the image contains data that a copy lacks: ${contents.join(', ')}`,
							remedy: advise(
								`with ${guest.name} shut off, delete what is not needed: qemu-img snapshot -d or qemu-img bitmap --remove (on ${source.name}); or set image_contents: drop to copy without it`,
							),
						},
					]),
			...specialties.map(specialty => ({
				reason: `the image cannot be recreated: ${specialty}`,
				remedy: advise(`create ${disk?.path} on ${host.name} manually, and move the guest with virsh_migrate`),
			})),
			...(disk?.type === 'block' && deviceBytes !== bytes
				? [
						{
							reason: `the device at the destination has ${deviceBytes} bytes; ${bytes} required`,
							remedy: run(host.name, 'blockdev', '--getsize64', disk.path ?? ''),
						},
					]
				: []),
		],
	}),
];
