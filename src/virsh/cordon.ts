/**
 * A cordon: a hook of libvirt that refuses starts and incoming migrations until it is removed or expires. It is a file of
 * its own in `qemu.d`, so that hooks of administrators stay as they are; it works without vacate and survives reboots.
 */
import {type Command, write} from '../shell/command.ts';
import {quote} from '../shell/quote.ts';

export const cordonPath = '/etc/libvirt/hooks/qemu.d/vacate-cordon';

/** A file named after the UUID of a guest lets that guest through: what a run had begun can be rolled back. */
const passFolder = '/run/vacate-cordon';

/** Why a host is cordoned, and by whom. */
export type CordonNote = {readonly owner: string; readonly reason: string};

/** A cordon as found on a host. Times in seconds since 1970. */
export type Cordon = CordonNote & {
	readonly id: string;
	readonly sinceSeconds: number;
	readonly untilSeconds: number;
	readonly isExpired: boolean;
};

/** `prepare` precedes each start and each incoming migration; `reconnect`, of running guests, must always succeed. */
const refuse = `PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
case $2 in prepare|migrate|restore) ;; *) exit 0 ;; esac
[ "$(date +%s)" -lt "$until" ] || exit 0
uuid=$(sed -n 's:.*<uuid>\\([0-9a-f-]*\\)</uuid>.*:\\1:p' | head -n 1)
[ -n "$uuid" ] && [ -e "${passFolder}/$uuid" ] && exit 0
`;

/** The text after the head, which the host writes with its own time. */
function bodyOf(host: string, {owner, reason}: CordonNote): string {
	const message = `the host is cordoned by ${owner}: ${reason}; to lift it: vacate uncordon ${host}`;
	return `# ${JSON.stringify({owner, reason})}\n${refuse}printf '%s\\n' ${quote(message)} >&2\nexit 1\n`;
}

/** libvirt looks for hooks when it starts and when it reloads its configuration; guests are not affected. */
const reload = `if [ -d /run/systemd/system ]; then
	for unit in virtqemud.service libvirtd.service; do
		! systemctl --quiet is-active "$unit" || systemctl reload "$unit" || exit 1
	done
else for pid in $(pidof virtqemud libvirtd); do kill -HUP "$pid"; done; fi`;

const installScript = `umask 022; folder=\${1%/*}; new="\${folder%/*}/.vacate-cordon.$2"; made=
if [ -e "$1" ]; then
	[ "$(sed -n 2p -- "$1")" = '# vacate cordon' ] || { echo "$1 was not created by vacate" >&2; exit 1; }
	until=$(sed -n 's/^until=//p' -- "$1")
	grep -qxF "id=$2" -- "$1" || [ "$(date +%s)" -ge "\${until:-0}" ] || { echo 'the host is already cordoned' >&2; exit 1; }
	made=$(sed -n 's/^made=//p' -- "$1")
fi
[ -d "$folder" ] || { mkdir -p -- "$folder" && made=1; } || exit 1
now=$(date +%s)
{ printf '#!/bin/sh\\n# vacate cordon\\nid=%s\\nmade=%s\\nsince=%s\\nuntil=%s\\n' "$2" "$made" "$now" "$((now + $3))" && cat; } > "$new" &&
chmod 755 -- "$new" && mv -f -- "$new" "$1" || { rm -f -- "$new"; exit 1; }
! command -v restorecon >/dev/null || restorecon "$1"
${reload}`;

/** Creates the hook, and lets libvirt notice it. Nothing changes if the cordon with this ID exists. */
export function installCordon(
	host: string,
	{id, seconds, ...note}: CordonNote & {readonly id: string; readonly seconds: number},
): Command {
	const argv = ['sh', '-c', installScript, 'sh', cordonPath, id, String(seconds)] as const;
	return write(host, argv, {stdin: bodyOf(host, note)});
}

const liftScript = `[ -e "$1" ] || exit 0
[ "$(sed -n 2p -- "$1")" = '# vacate cordon' ] || { echo "$1 was not created by vacate" >&2; exit 1; }
[ -z "$2" ] || grep -qxF "id=$2" -- "$1" || exit 0
made=$(sed -n 's/^made=//p' -- "$1")
rm -f -- "$1" && rm -rf -- "$3" || exit 1
[ -z "$made" ] || rmdir --ignore-fail-on-non-empty -- "\${1%/*}"`;

/** Removes the hook, and its folder if that was created for it. */
export function liftCordon(host: string, id = ''): Command {
	return write(host, ['sh', '-c', liftScript, 'sh', cordonPath, id, passFolder]);
}

/** Lets a guest through. */
export function passCordon(host: string, uuid: string): Command {
	return write(host, ['sh', '-c', 'mkdir -p -- "$1" && : > "$1/$2"', 'sh', passFolder, uuid]);
}

export function endPass(host: string, uuid: string): Command {
	return write(host, ['sh', '-c', 'rm -f -- "$1/$2"; rmdir -- "$1" 2>/dev/null; :', 'sh', passFolder, uuid]);
}

/** Part of a script: prints the head of the hook, each line after `cordon `. */
export const readCordonScript = `head -n 8 -- ${cordonPath} | sed -n -e 's/^# {/cordon {/p' -e 's/^\\(id\\|since\\|until\\)=/cordon &/p'`;

/** Undefined without a cordon. A hook of that name that vacate did not create is one whose note is unknown. */
export function parseCordon(lines: readonly string[], nowSeconds: number): Cordon | undefined {
	const found = lines.filter(line => line.startsWith('cordon ')).map(line => line.slice(7));
	if (found.length === 0) return undefined;
	const textOf = (name: string) => found.find(line => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
	const untilSeconds = Number(textOf('until'));
	return {
		...noteOf(found.find(line => line.startsWith('{')) ?? ''),
		id: textOf('id'),
		sinceSeconds: Number(textOf('since')),
		untilSeconds,
		isExpired: untilSeconds <= nowSeconds,
	};
}

function noteOf(json: string): CordonNote {
	try {
		const note: unknown = JSON.parse(json);
		if (typeof note === 'object' && note !== null && 'owner' in note && 'reason' in note) {
			return {owner: String(note.owner), reason: String(note.reason)};
		}
	} catch {
		// Changed by others: the hook is there all the same.
	}
	return {owner: 'unknown', reason: 'unknown'};
}
