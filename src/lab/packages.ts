import {access} from 'node:fs/promises';
import {PrerequisiteError} from '../errors.ts';
import {tool} from './tool.ts';

/** A program of each Debian package, whose presence shows that the package is installed. */
const packages = {
	'libvirt-daemon-system': '/usr/sbin/libvirtd',
	'libvirt-clients': '/usr/bin/virsh',
	'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
	'qemu-utils': '/usr/bin/qemu-img',
	'openssh-server': '/usr/sbin/sshd',
	'openssh-client': '/usr/bin/ssh',
	iproute2: '/usr/sbin/ip',
	nftables: '/usr/sbin/nft',
	'util-linux': '/usr/bin/nsenter',
} as const;

/** The Debian packages that the lab requires and that are not installed. */
export async function missingPackages(): Promise<readonly string[]> {
	const checked = await Promise.all(
		Object.entries(packages).map(async ([name, program]) => ((await exists(program)) ? [] : [name])),
	);
	return checked.flat();
}

/** Why this machine cannot run a lab; undefined if it can. */
export async function whyNoLab(): Promise<PrerequisiteError | undefined> {
	if (process.platform !== 'linux') return new PrerequisiteError('the lab requires Linux');
	if (process.getuid?.() !== 0)
		return new PrerequisiteError('the lab creates namespaces and mounts, which requires root', 'sudo vacate lab up');
	const missing = await missingPackages();
	if (missing.length === 0) return undefined;
	return new PrerequisiteError(
		`the lab requires Debian packages that are not installed: ${missing.join(' ')}`,
		`vacate lab up --install, or: apt-get install --no-install-recommends ${missing.join(' ')}`,
	);
}

/** Installs the missing packages with apt-get, without starting services on this machine. */
export async function installPackages(): Promise<void> {
	const missing = await missingPackages();
	if (missing.length === 0) return;
	const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-q', '-y'] as const;
	await tool([...apt, 'update']);
	await tool([...apt, 'install', '--no-install-recommends', ...missing]);
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
