import {type Command, read, write} from '../shell/command.ts';
import {markOf} from './claim.ts';

/** The content of a file, and its mode in octal. */
export type FileContent =
	| {readonly is: 'absent'}
	| {readonly is: 'too large'}
	| {readonly is: 'file'; readonly base64: string; readonly mode: string};

/** Larger files are not read, since the content is stored in the journal. */
const mostBytes = 1024 * 1024;

const readScript = `[ -e "$1" ] || { echo absent; exit 0; }
[ -f "$1" ] || { printf '%s is no file\\n' "$1" >&2; exit 1; }
[ "$(stat --dereference --format=%s -- "$1")" -le "$2" ] || { echo too large; exit 0; }
stat --dereference --format='file %a' -- "$1" && base64 --wrap=0 -- "$1"`;

/** Reads a file of at most 1 MiB. */
export function content(host: string, path: string): Command {
	return read(host, ['sh', '-c', readScript, 'sh', path, String(mostBytes)]);
}

export function parseContent(stdout: string): FileContent {
	const [head = '', base64 = ''] = stdout.split('\n');
	if (head === 'absent' || head === 'too large') return {is: head};
	const [, mode] = /^file (\d+)$/.exec(head) ?? [];
	if (mode === undefined) throw new Error(`unexpected output: ${head}`);
	return {is: 'file', base64: base64.trim(), mode};
}

/**
 * The file is written next to its path and renamed atomically, so that it is never read incomplete. An existing file
 * determines owner and mode. What is left at the temporary name, a link too, is removed and never followed.
 */
const putScript = `umask 077; new=$2
rm -f -- "$new" && dd if=/dev/null of="$new" conv=excl status=none || exit
base64 --decode > "$new" &&
if [ -e "$1" ]; then chown --no-dereference --reference="$1" -- "$new" && chmod --reference="$1" -- "$new"; else chmod 644 -- "$new"; fi &&
{ [ -z "$3" ] || chmod -- "$3" "$new"; } && mv --force --no-target-directory -- "$new" "$1" ||
{ code=$?; rm -f -- "$new"; exit $code; }`;

/**
 * Writes content to a file.
 *
 * @param mark Part of the temporary name.
 * @param mode In octal. Default: as before, or 644.
 */
export function put(host: string, path: string, base64: string, mark: string, mode = ''): Command {
	return write(host, ['sh', '-c', putScript, 'sh', path, markOf(path, mark), mode], {stdin: base64});
}

const dropScript = '[ -e "$1" ] || exit 0; [ "$(base64 --wrap=0 -- "$1")" = "$(cat)" ] && rm -f -- "$1" || exit 0';

/** Removes a file if its content is unchanged. */
export function dropUnchanged(host: string, path: string, base64: string): Command {
	return write(host, ['sh', '-c', dropScript, 'sh', path], {stdin: base64});
}
