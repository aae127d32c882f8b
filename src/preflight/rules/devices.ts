import type {HostDevice} from '../../virsh/definition/host-devices.ts';
import {advise, virsh} from '../commands.ts';
import {rule} from '../rule.ts';
import {everyGuest, everyPair, type GuestItem} from '../scopes.ts';

const dumpxml = ({guest, source}: GuestItem) => virsh(source.name, 'dumpxml', guest.uuid);

/** Why a device keeps its guest from moving live. */
const verdicts: Readonly<Record<HostDevice['kind'], string>> = {
	pci: 'a device of the host’s PCI bus stays there',
	mdev: 'a part of a device of the host stays there',
	usb: 'libvirt would let it go, and the device would be gone after the move',
	scsi: 'a SCSI device of the host stays there',
	vdpa: 'vDPA devices cannot be moved',
	nvme: 'an NVMe disk given through stays there',
	shmem: 'memory shared with other processes of the host stays there',
	virtiofs: 'its daemon and its folder are the host’s',
	'9p': 'its folder is the host’s',
	slirp: 'its connections live in the QEMU process',
	nvdimm: 'its file is the host’s',
	'host serial': 'the port is the host’s',
	'host tpm': 'the chip is the host’s',
};

/** The definition is enough for its next start on another host: nothing of the host is in it. */
const isMovedCold: ReadonlySet<HostDevice['kind']> = new Set(['shmem', 'slirp']);

/** Checks 10 to 12: what ties a guest to its host. */
export const deviceRules = [
	rule({
		id: 'guest-devices',
		check: 10,
		about: 'its devices',
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
						? {remedy: advise(`take ${name} out of ${guest.name} (virsh detach-device), or move it cold`)}
						: {
								modes: ['live', 'cold'] as const,
								remedy: advise(
									`take ${name} out of ${guest.name}: virsh detach-device --config; or leave the guest: policy: leave`,
								),
							}),
				})),
	}),
	rule({
		id: 'guest-tpm',
		check: 11,
		about: 'its TPM',
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
					reason: 'it has a TPM, and the destination has no swtpm',
					remedy: {host: host.name, argv: ['apt-get', 'install', 'swtpm']},
				};
			}
			if (tpm.secret === null || secrets.includes(tpm.secret)) return undefined;
			return {
				reason: `its TPM is encrypted with the secret ${tpm.secret}, which the destination does not have`,
				remedy: virsh(host.name, 'secret-define', `${tpm.secret}.xml`),
			};
		},
	}),
	rule({
		id: 'guest-shared-tpm',
		check: 11,
		about: 'where the state of its TPM lies',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest: {tpm, isTpmShared}}) => ({isTpmShared: tpm === null ? false : isTpmShared}),
		ask: dumpxml,
		judge: ({isTpmShared}) =>
			isTpmShared
				? {
						reason: 'the state of its TPM is on shared storage: both ends need a swtpm with --migration',
						remedy: advise('swtpm 0.8 and libvirt 8.10 or later on both hosts'),
					}
				: undefined,
	}),
	rule({
		id: 'guest-confidential',
		check: 12,
		about: 'whether its memory is encrypted, and how its clock counts',
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
							reason: `its memory is encrypted by ${confidential}, and the host cannot send what it cannot read`,
							remedy: advise(`move ${guest.name} cold: policy stop_and_start`),
						},
					]),
			...(tscUnfixed
				? [
						{
							reason: 'it has the CPU feature invtsc and no fixed frequency',
							remedy: virsh(source.name, 'edit', guest.uuid),
						},
					]
				: []),
		],
	}),
];
