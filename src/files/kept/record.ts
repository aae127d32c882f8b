import {type Command, write} from '../../shell/command.ts';
import {layout, putting} from './layout.ts';

/** An image that a guest leaves on the host that it moves away from. */
export type LeftImage = {
	/** The guest's UUID. */
	readonly guest: string;
	readonly name: string;
	/** `vda`; `nvram` for the variables of its firmware. */
	readonly target: string;
	readonly path: string;
	/** The host that the guest goes to. */
	readonly to: string;
	/** How long it is kept at least, where somebody has said so. */
	readonly keepForSeconds?: number;
};

/** The run that holds the host is named in its lock. A lock of an earlier login may lie elsewhere: root's counts first. */
const recordScript = `${layout}${putting}path=$1
is_image "$path" || exit 0
run=$(cat /run/vacate.lock /run/lock/vacate.lock /tmp/vacate.lock "/run/lock/vacate-$(id -u).lock" 2>/dev/null |
	sed -n 's/^run \\([A-Za-z0-9._:-]*\\) .*/\\1/p' | head -n 1)
now=$(date +%s)
head=$(printf '%s\\nrun %s\\nleft %s' "$2" "\${run:--}" "$now")
[ -z "$3" ] || head=$(printf '%s\\nkeep-until %s' "$head" "$((now + $3))")
put_record "$path" "$head"`;

/** Records an image that a guest has left. Once more is the same; where there is no such file, nothing is done. */
export function recordKept(host: string, {path, keepForSeconds, ...image}: LeftImage): Command {
	const lines = Object.entries({guest: image.guest, name: image.name, target: image.target, path, to: image.to});
	const head = ['vacate-kept-copy 1', ...lines.map(([key, value]) => `${key} ${value}`)].join('\n');
	return write(host, ['sh', '-c', recordScript, 'sh', path, head, String(keepForSeconds ?? '')]);
}

const readyScript = `${layout}mkdir -p -m 700 -- "$dir" && [ -O "$dir" ] && [ ! -L "$dir" ] &&
	: > "$dir/ready.new" && rm -f -- "$dir/ready.new"`;

/** Makes the folder of the records. Fails where none can be written: better before a move than after it. */
export function readyKept(host: string): Command {
	return write(host, ['sh', '-c', readyScript]);
}

/** Can a record name it? A record has lines. */
export function isRecordable(path: string): boolean {
	return !path.includes('\n');
}
