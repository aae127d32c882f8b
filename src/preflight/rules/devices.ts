import type {HostDevice} from '../../virsh/definition/host-devices.ts';
import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest, everyPair, type GuestItem} from '../scopes.ts';

const dumpxml = ({guest, source}: GuestItem) => virsh(source.name, 'dumpxml', guest.uuid);

/** Why a device keeps its guest from moving live. */
const verdicts: Readonly<Record<HostDevice['kind'], string>> = {
	pci: 'a PCI device of the host cannot be moved',
	mdev: 'a mediated device of the host cannot be moved',
	usb: 'libvirt would migrate the guest, which would lose the device',
	scsi: 'a SCSI device of the host cannot be moved',
	vdpa: 'vDPA devices cannot be moved',
	nvme: 'a passed-through NVMe disk cannot be moved',
	shmem: 'memory shared with processes of the host cannot be moved',
	virtiofs: 'virtiofs uses a daemon and a directory of the host',
	'9p': '9p uses a directory of the host',
	slirp: 'its connections exist only in the QEMU process',
	nvdimm: 'NVDIMM uses a file of the host',
	'host serial': 'the serial port belongs to the host',
	'host tpm': 'the TPM chip belongs to the host',
};

/** Devices that only prevent live moves: their definition contains nothing specific to the host. */
const isMovedCold: ReadonlySet<HostDevice['kind']> = new Set(['shmem', 'slirp']);

/** The devices without which the guest cannot start, or would start with another device of the same address. */
export function tiedDevices(devices: readonly HostDevice[]): readonly HostDevice[] {
	return devices.filter(({kind, isTeamed}) => !isTeamed && !isMovedCold.has(kind));
}

/** Checks 10 to 12: what ties a guest to its host. */
export const deviceRules = [
	rule({
		id: 'guest-devices',
		check: 10,
		about: 'devices',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest: {devices}}) => ({devices}),
		ask: dumpxml,
		judge: ({devices}, {guest}) =>
			devices
				.filter(({isTeamed}) => !isTeamed)
				.map(({kind, name}) => ({
					reason: `${kind} ${name}: ${verdicts[kind]}`,
					...(isMovedCold.has(kind)
						? {remedy: advise(`detach ${name} from ${guest.name} (virsh detach-device), or move the guest cold`)}
						: {
								modes: ['live', 'cold'] as const,
								remedy: advise(
									`detach ${name} from ${guest.name}: virsh detach-device --config; or leave the guest: policy: leave`,
								),
							}),
				})),
	}),
	rule({
		id: 'guest-tpm',
		check: 11,
		about: 'the TPM',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {tpm}, host}) => ({
			tpm,
			swtpm: tpm === null ? 'none' : host.swtpm,
			secrets: tpm?.secret === undefined || tpm.secret === null ? [] : host.secrets,
		}),
		ask: ({host}) => ({host: host.name, argv: ['swtpm', '--version']}),
		judge: ({tpm, swtpm, secrets}, {host}) => {
			if (tpm === null) return undefined;
			if (swtpm === null) {
				return {
					reason: 'the guest has a TPM, but swtpm is not installed on the destination',
					remedy: {host: host.name, argv: ['apt-get', 'install', 'swtpm']},
				};
			}
			if (tpm.secret === null || secrets.includes(tpm.secret)) return undefined;
			return {
				reason: `the libvirt secret ${tpm.secret} of the encrypted TPM does not exist on the destination`,
				remedy: virsh(host.name, 'secret-define', `${tpm.secret}.xml`),
			};
		},
	}),
	rule({
		id: 'guest-shared-tpm',
		check: 11,
		about: 'the location of the TPM state',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest: {tpm, isTpmShared}}) => ({isTpmShared: tpm === null ? false : isTpmShared}),
		ask: dumpxml,
		judge: ({isTpmShared}) =>
			isTpmShared
				? {
						reason: 'the TPM state is on shared storage, which requires swtpm with --migration on both hosts',
						remedy: advise('install swtpm 0.8 and libvirt 8.10 or later on both hosts'),
					}
				: undefined,
	}),
	rule({
		id: 'guest-confidential',
		check: 12,
		about: 'memory encryption and the invtsc CPU feature',
		severity: 'blocks',
		modes: ['live'],
		of: everyGuest,
		needs: ({guest: {confidential, tscUnfixed}}) => ({confidential, tscUnfixed}),
		ask: dumpxml,
		judge: ({confidential, tscUnfixed}, {guest, source}) => [
			...(confidential === null
				? []
				: [
						{
							reason: `guest memory is encrypted with ${confidential}, so it cannot be migrated live`,
							remedy: advise(`shut ${guest.name} down and move it cold: policy: live_or_cold`),
						},
					]),
			...(tscUnfixed
				? [
						{
							reason: 'the guest has the CPU feature invtsc without a fixed TSC frequency',
							remedy: virsh(source.name, 'edit', guest.uuid),
						},
					]
				: []),
		],
	}),
];
