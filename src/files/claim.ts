/**
 * How a file is made so that nothing is ever overwritten and nothing foreign ever removed, whatever dies in between.
 *
 * A new file is made under a name of our own beside its place, the *mark*: `web1.qcow2.vacate-3f2a9c1e`. A hard link
 * then gives it its place: that fails where a file stands already, and does so in one step. While the mark is there,
 * the host itself can say whether the file in that place is ours: both names are one inode. When the journal holds the
 * file's identity, the mark has done its work and goes.
 */
import {type Command, write} from '../shell/command.ts';
import {fitName} from './name-limit.ts';
import {statFormat} from './stat.ts';

/** The name of our own for a file that shall stand at `path`: cut where a file system could not hold it. */
export function markOf(path: string, mark: string): string {
	const at = path.lastIndexOf('/') + 1;
	return `${path.slice(0, at)}${fitName(path.slice(at), `.vacate-${mark}`)}`;
}

/** Whose a file is and who may use it, as `stat.ts` tells of another file. */
export type Like = {readonly mode: string; readonly owner: string};

const claimScript = `ln --no-target-directory -- "$1" "$2" && stat --format='${statFormat}' -- "$2"`;

/**
 * The owner is a name, which another host need not have: then the file stays root's, and libvirt gives it to the user of
 * its guests when it starts one (`dynamic_ownership`). `restorecon` gives it the label of its place where there is SELinux.
 */
const likeScript = `chown -- "$4" "$1" 2>/dev/null; chmod -- "$3" "$1" && { ! command -v restorecon >/dev/null || restorecon -- "$1"; } && ${claimScript}`;

/** Gives the file at `marked` its place, and says which file it is (see `stat.ts`). Fails when something is there. */
export function claim(host: string, marked: string, path: string, like?: Like): Command {
	if (like === undefined) return write(host, ['sh', '-c', claimScript, 'sh', marked, path]);
	return write(host, ['sh', '-c', likeScript, 'sh', marked, path, like.mode, like.owner]);
}

/** Takes the mark away; the file stays. */
export function releaseMark(host: string, marked: string): Command {
	return write(host, ['rm', '--force', '--', marked]);
}

/**
 * `discard` removes `$1`; what cannot exist, as its name is too long, is gone. `remove` does so, but not while a qemu has it open: qemu holds a lock on every image that it uses, and qemu-img, asked
 * without `-U`, meets it.
 */
const remove = `discard() {
	rm -f -- "$1" || case $(LC_ALL=C stat -- "$1" 2>&1) in *'File name too long'*) ;; *) return 1 ;; esac
}
remove() {
	if qemu-img info -- "$1" 2>&1 >/dev/null | grep -q 'Failed to get .* lock'; then
		printf '%s is in use by a qemu process\\n' "$1" >&2
		exit 1
	fi
	discard "$1"
}`;

/** Removes the file if the mark proves it ours, and the mark. */
export function dropMarked(host: string, marked: string, path: string): Command {
	const script = `${remove}\nif [ "$1" -ef "$2" ]; then remove "$1" || exit; fi; discard "$2"`;
	return write(host, ['sh', '-c', script, 'sh', path, marked]);
}

/** Removes the file if it still is the one whose identity (see `stat.ts`) the journal holds. */
export function dropIdentified(host: string, identity: string, path: string): Command {
	const same = '[ "$(stat --dereference --format=%d:%i:%W -- "$1" 2>/dev/null)" = "$2" ]';
	return write(host, ['sh', '-c', `${remove}\nif ${same}; then remove "$1"; fi`, 'sh', path, identity]);
}
