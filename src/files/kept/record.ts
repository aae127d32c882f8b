import {type Command, write} from '../../shell/command.ts';
import {layout, putting} from './layout.ts';

/** An image that a guest leaves on the host that it moves away from. */
export type LeftImage = {
	/** UUID of the guest. */
	readonly guest: string;
	readonly name: string;
	/** `vda`, or `nvram` for firmware variables. */
	readonly target: string;
	readonly path: string;
	/** The destination of the guest. */
	readonly to: string;
	/** Minimum time to keep it, if set. */
	readonly keepForSeconds?: number;
};

/** The run is read from the lock of the host. The lock of another login may be elsewhere; root's is preferred. */
const recordScript = `${layout}${putting}path=$1
is_image "$path" || exit 0
run=$(cat /run/vacate.lock /run/lock/vacate.lock /tmp/vacate.lock "/run/lock/vacate-$(id -u).lock" 2>/dev/null |
	sed -n 's/^run \\([A-Za-z0-9._:-]*\\) .*/\\1/p' | head -n 1)
now=$(date +%s)
head=$(printf '%s\\nrun %s\\nleft %s' "$2" "\${run:--}" "$now")
[ -z "$3" ] || head=$(printf '%s\\nkeep-until %s' "$head" "$((now + $3))")
put_record "$path" "$head"`;

/** Records an image that a guest left. Idempotent; does nothing if the file does not exist. */
export function recordKept(host: string, {path, keepForSeconds, ...image}: LeftImage): Command {
	const lines = Object.entries({guest: image.guest, name: image.name, target: image.target, path, to: image.to});
	const head = ['vacate-kept-copy 1', ...lines.map(([key, value]) => `${key} ${value}`)].join('\n');
	return write(host, ['sh', '-c', recordScript, 'sh', path, head, String(keepForSeconds ?? '')]);
}

const readyScript = `${layout}mkdir -p -m 700 -- "$dir" && [ -O "$dir" ] && [ ! -L "$dir" ] &&
	: > "$dir/ready.new" && rm -f -- "$dir/ready.new"`;

/** Creates the directory of the records. Fails if it is not writable: better before a move than after it. */
export function readyKept(host: string): Command {
	return write(host, ['sh', '-c', readyScript]);
}

/** Whether a record can contain the path, since records are line-based. */
export function isRecordable(path: string): boolean {
	return !path.includes('\n');
}
