import {type Command, write} from '../../shell/command.ts';
import {layout, locks, proof, putting} from './layout.ts';

/** The temporary name of a kept copy while the guest's new image replaces it. */
export function asideOf(path: string, mark: string): string {
	return `${path}.vacate-${mark}.kept`;
}

/**
 * Renaming changes the ctime of a file, so its record is rewritten. If interrupted, the same
 * command or the one that renames it back completes both, unless the file was written to meanwhile.
 */
const renameScript = `${layout}${proof}${locks}${putting}uuid=$1; from=$2; to=$3
old=$(record_of "$from"); new=$(record_of "$to")
same_data() { belongs "$1" && is_image "$2" && [ "$(field "$1" stamp | cut -d' ' -f 1-3)" = "$(stamp_of "$2" | cut -d' ' -f 1-3)" ]; }
again() {
	head=$(grep -v -e '^path ' -e '^device ' -e '^stamp ' -e '^blocks ' -- "$1")
	put_record "$to" "$(printf '%s\\npath %s' "$head" "$to")" && { [ "$1" = "$new" ] || rm -f -- "$1"; }
}
if [ -e "$from" ] || [ -L "$from" ]; then
	fits "$old" "$from" || same_data "$new" "$from" || { printf '%s is not the copy that was recorded\\n' "$from" >&2; exit 1; }
	unlocked "$from" || exit 1
	[ ! -e "$to" ] && [ ! -L "$to" ] || { printf '%s exists\\n' "$to" >&2; exit 1; }
	mv --no-clobber --no-target-directory -- "$from" "$to"
	[ ! -e "$from" ] || { printf '%s exists\\n' "$to" >&2; exit 1; }
	if same_data "$new" "$to"; then again "$new"; exit; fi
fi
if same_data "$old" "$to"; then again "$old"; fi`;

/** Renames a kept copy with its record, if the record proves it. Idempotent. */
export function renameKept(host: string, uuid: string, from: string, to: string): Command {
	return write(host, ['sh', '-c', renameScript, 'sh', uuid, from, to]);
}

const dropScript = `${layout}${proof}${locks}uuid=$1; path=$2
record=$(record_of "$path")
if [ -e "$path" ] || [ -L "$path" ]; then
	belongs "$record" || exit 0
	fits "$record" "$path" || { printf '%s is not the copy that was recorded\\n' "$path" >&2; exit 1; }
	unlocked "$path" && rm -f -- "$path" || exit 1
fi
if belongs "$record"; then rm -f -- "$record"; fi`;

/** Deletes a kept copy and its record, if the record proves it. A file without a record stays. */
export function dropKept(host: string, uuid: string, path: string): Command {
	return write(host, ['sh', '-c', dropScript, 'sh', uuid, path]);
}

const forgetScript = `${layout}${proof}uuid=$1; record=$(record_of "$2")
if belongs "$record"; then rm -f -- "$record"; fi`;

/** Removes the record of a file that is no longer a kept copy: its guest uses it again, or it was deleted. */
export function forgetKept(host: string, uuid: string, path: string): Command {
	return write(host, ['sh', '-c', forgetScript, 'sh', uuid, path]);
}
