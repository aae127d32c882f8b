import {StepError} from '../../../errors.ts';
import type {FolderFact} from '../../../files/folder.ts';
import type {MoveParams} from '../options/move-params.ts';
import {isUserPool} from './target-path.ts';

/** Accounts of the system that have access to all images anyway, as users and as groups. */
const systemAccounts = new Set(['root', 'libvirt', 'libvirt-qemu', 'qemu', 'kvm', 'vdsm']);

const writableByGroup = 0o020;
const writableByOthers = 0o002;
const sticky = 0o1000;

/**
 * Who, besides root and the accounts of libvirt and QEMU, can replace files in a directory; undefined if no one can. In
 * a directory with the sticky bit, only the owner of a file and of the directory can.
 */
export function foreignWriters({
	mode = '',
	owner = '',
}: Pick<FolderFact & {exists: true}, 'mode' | 'owner'>): string | undefined {
	if (mode === '' || owner === '') return undefined;
	const bits = Number.parseInt(mode, 8);
	const [user = '', group = ''] = owner.split(':');
	if (!systemAccounts.has(user)) return `the user ${user}`;
	if ((bits & sticky) !== 0) return undefined;
	if ((bits & writableByOthers) !== 0) return 'all users';
	if ((bits & writableByGroup) !== 0 && !systemAccounts.has(group)) return `the group ${group}`;
	return undefined;
}

type NewFile = {readonly guest: string; readonly path: string; readonly folder: string; readonly destination: string};

/** @throws StepError for a directory in which other users could replace a new image by a link to another file. */
export function demandPrivateFolder(
	{guest, path, folder, destination}: NewFile,
	fact: FolderFact,
	{writable_folders: policy = 'refuse'}: MoveParams,
): void {
	if (policy === 'allow' || !fact.exists || isUserPool(path)) return;
	const writers = foreignWriters(fact);
	if (writers === undefined) return;
	throw new StepError(
		`${guest}: cannot create ${path} on ${destination}: ${writers} can write to ${folder} (mode ${fact.mode}, ${fact.owner})`,
		`restrict it: chown root:root ${folder} && chmod 0711 ${folder} (on ${destination}); or set writable_folders: allow`,
		{retry: 'never', side: 'destination'},
	);
}
