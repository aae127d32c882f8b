import {StepError} from '../../../errors.ts';

/** Folders of the operating system, none of which holds images. A new file there could be run or read as a setting. */
const systemFolders: readonly string[] = [
	...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/run', '/sbin', '/sys', '/usr'],
	...['/var/backups', '/var/cache', '/var/lock', '/var/log', '/var/mail', '/var/run', '/var/spool'],
	...['/var/lib/apt', '/var/lib/dpkg', '/var/lib/polkit-1', '/var/lib/rpm', '/var/lib/sudo', '/var/lib/systemd'],
];

/** Folders of images in a user's home: the default pool of libvirt, and that of GNOME Boxes. */
const userPools = /\/\.local\/share\/(?:libvirt|gnome-boxes)\/images\//;

/** Whether a path is in such a folder, whose owner runs the guests in it. */
export function isUserPool(path: string): boolean {
	return userPools.test(path);
}

/**
 * Why no image is created at this path, which the definition at the source determines: the source must not be able to
 * place a file where the destination would run it or read it as its configuration.
 */
export function unsafeTarget(path: string): string | undefined {
	if (!path.startsWith('/')) return 'it is not an absolute path';
	const parts = path.slice(1).split('/');
	if (parts.some(part => part === '' || part === '.' || part === '..'))
		return 'it contains an empty component, . or ..';
	if (/\/\./.test(path.replace(userPools, '/'))) return 'it contains a hidden file or folder';
	const folder = systemFolders.find(system => path === system || path.startsWith(`${system}/`));
	return folder === undefined ? undefined : `${folder} is a system folder`;
}

/** @throws StepError if no image may be created at this path. */
export function demandSafeTarget(path: string, what: string, destination: string): void {
	const why = unsafeTarget(path);
	if (why === undefined) return;
	throw new StepError(
		`${what}: cannot create ${path} on ${destination}: ${why}`,
		'map it to a path in an image folder with storage_map',
		{retry: 'never'},
	);
}
