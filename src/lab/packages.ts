import {access} from 'node:fs/promises';
import {PrerequisiteError} from '../errors.ts';
import {tool} from './tool.ts';

/** The program that shows that a Debian package is there. */
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

/** The Debian packages that a lab needs and this machine has not. */
export async function missingPackages(): Promise<readonly string[]> {
	const checked = await Promise.all(
		Object.entries(packages).map(async ([name, program]) => ((await exists(program)) ? [] : [name])),
	);
	return checked.flat();
}

/** Why no lab can be on this machine; undefined when one can. */
export async function whyNoLab(): Promise<PrerequisiteError | undefined> {
	if (process.platform !== 'linux') return new PrerequisiteError('the lab needs Linux');
	if (process.getuid?.() !== 0)
		return new PrerequisiteError('the lab makes namespaces and mounts, and needs root', 'sudo vacate lab up');
	const missing = await missingPackages();
	if (missing.length === 0) return undefined;
	return new PrerequisiteError(
		`the lab needs Debian packages that are not installed: ${missing.join(' ')}`,
		`vacate lab up --install, or: apt-get install --no-install-recommends ${missing.join(' ')}`,
	);
}

/** Installs what is missing, with apt-get; starts no service of this machine. */
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
