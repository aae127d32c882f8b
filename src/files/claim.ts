/**
 * Creates files such that nothing is ever overwritten and no foreign file is ever removed, even if interrupted at any
 * point.
 *
 * A new file is created next to its final path under a unique name, the *mark*: `web1.qcow2.vacate-3f2a9c1e`. A hard
 * link then creates the final path atomically, and fails if a file exists. While the mark exists, it proves that vacate
 * created the file: both names are the same inode. When the journal contains the identity of the file, the mark is
 * removed.
 *
 * In a folder that others can write to, they could put a link at either name, which a plan shows. So a mark is created
 * exclusively (O_EXCL), which follows no link, and no link is changed, linked or removed through.
 */
import {type Command, write} from '../shell/command.ts';
import {fitName} from './name-limit.ts';
import {statFormat} from './stat.ts';

/** The mark of a file to be created at `path`, truncated if necessary. */
export function markOf(path: string, mark: string): string {
	const at = path.lastIndexOf('/') + 1;
	return `${path.slice(0, at)}${fitName(path.slice(at), `.vacate-${mark}`)}`;
}

/** Owner and mode of a file, as read by `stat.ts`. */
export type Like = {readonly mode: string; readonly owner: string};

/** Creates the empty file of a mark. Fails if anything is at its path, even a link. */
export function createMark(host: string, marked: string): Command {
	return write(host, ['dd', 'if=/dev/null', `of=${marked}`, 'conv=excl', 'status=none']);
}

const isFile = `[ -f "$1" ] && [ ! -h "$1" ] || { printf '%s is not a regular file\\n' "$1" >&2; exit 1; }`;
const linkScript = `ln --no-target-directory -- "$1" "$2" && stat --format='${statFormat}' -- "$2"`;
const claimScript = `${isFile}\n${linkScript}`;

/**
 * The owner is a user name, which may not exist on another host: then the file stays root's, and libvirt changes it to
 * the user of its guests at their start (`dynamic_ownership`). With SELinux, `restorecon` sets the label.
 */
const likeScript = `${isFile}\nchown --no-dereference -- "$4" "$1" 2>/dev/null; chmod -- "$3" "$1" && { ! command -v restorecon >/dev/null || restorecon -- "$1"; } && ${linkScript}`;

/** Links the file at `marked` to its final path, and prints its identity (see `stat.ts`). Fails if the path exists. */
export function claim(host: string, marked: string, path: string, like?: Like): Command {
	if (like === undefined) return write(host, ['sh', '-c', claimScript, 'sh', marked, path]);
	return write(host, ['sh', '-c', likeScript, 'sh', marked, path, like.mode, like.owner]);
}

/** Removes the mark; the file stays. */
export function releaseMark(host: string, marked: string): Command {
	return write(host, ['rm', '--force', '--', marked]);
}

/**
 * `discard` removes `$1`; what cannot exist, as its name is too long, is gone. `remove` does so, but not while a qemu
 * has it open: qemu holds a lock on every image that it uses, and qemu-img, asked without `-U`, meets it.
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

/** Removes the file if the mark proves that vacate created it, and the mark. A link proves nothing. */
export function dropMarked(host: string, marked: string, path: string): Command {
	const script = `${remove}\nif [ ! -h "$1" ] && [ ! -h "$2" ] && [ "$1" -ef "$2" ]; then remove "$1" || exit; fi; discard "$2"`;
	return write(host, ['sh', '-c', script, 'sh', path, marked]);
}

/** Removes the file if its identity (see `stat.ts`) is still the one in the journal. */
export function dropIdentified(host: string, identity: string, path: string): Command {
	const same = '[ "$(stat --dereference --format=%d:%i:%W -- "$1" 2>/dev/null)" = "$2" ]';
	return write(host, ['sh', '-c', `${remove}\nif ${same}; then remove "$1"; fi`, 'sh', path, identity]);
}
