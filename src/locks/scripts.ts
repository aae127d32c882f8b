/**
 * The location of a host's lock, and who may have created it. The file of root is in a directory that is writable only
 * by root, and only users who may change guests can open it, so that no one else can lock it, write to it or replace it
 * with a link. Another user who finds no such file uses one in a world-writable directory, and trusts it only if it
 * belongs to a permitted user. There, even root cannot open another user's file with O_CREAT (`fs.protected_regular`,
 * which systemd sets), as a shell's `>` and `flock FILE` do: hence files are locked through a read-only descriptor and
 * written by dd.
 *
 * A run locks the file first and then writes its name to it. In between, the file names the run before it, or none:
 * `owner` reads until the name stays the same. Whoever only looks whether a lock is free holds it for an instant, so a
 * run waits a second before it takes a lock for held.
 */
const place = `
set -C
umask 117
changes() { id -nG "$@" 2>/dev/null | grep -qw -e libvirt -e root; }
ours() { [ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ] && { [ -O "$1" ] || changes "$(stat -c %U "$1")"; }; }
free() (exec 8<"$1" && flock -n -s 8)
owner() {
	for again in 1 2 3 4 5 6 7 8 9 10; do
		before=$(cat "$1")
		sleep 0.1
		now=$(cat "$1")
		[ -z "$now" ] || [ "$now" != "$before" ] || break
	done
	printf '%s\\n' "$now"
}
file=/run/vacate.lock
if [ "$(id -u)" -ne 0 ] && [ ! -r "$file" ]; then
	[ -w /run/lock ] && file=/run/lock/vacate || file=/tmp/vacate
	changes || file=$file-$(id -u)
	file=$file.lock
fi
`;

/** The possible locations of locks held by users who may change guests. */
const places = '/run/vacate.lock /run/lock/vacate.lock /tmp/vacate.lock';

/** Exit codes of the scripts. */
export const lockCodes = {held: 75, free: 76} as const;

/**
 * Locks a host for as long as someone listens: the lock is released with the connection, so that a dead controller
 * leaves no lock behind. The file remains and names its last owner. Because the locks of root and of other users may be
 * in different places, each checks the other places after acquiring its own. Prints `stop` when a user who may change
 * guests has requested it from this very owner, with a file next to the lock; before it, in a line `why …`, what another file
 * says of who asked.
 *
 * The argument is the text that identifies the owner.
 */
export const holding = `${place}
asked="$file.stop"
held() { owner "$1"; exit ${lockCodes.held}; }
[ -e "$file" ] || { : > "$file" && chgrp libvirt "$file"; } 2>/dev/null
ours "$file" || { echo "$file is not owned by a user who may change guests" >&2; exit 74; }
exec 9<"$file" || exit 74
flock -w 1 9 || held "$file"
for other in ${places}; do
	[ "$other" = "$file" ] || ! ours "$other" || free "$other" || held "$other"
done
printf '%s\\n' "$1" | dd of="$file" conv=nocreat status=none 2>/dev/null
printf 'held\\n'
while printf .; do
	if ours "$asked" && [ "$(cat "$asked")" = "$1" ]; then
		ours "$asked.why" && printf 'why %s\\n' "$(head -c 4000 "$asked.why" | head -n 1)"
		printf 'stop\\n'
	fi
	sleep 2 9<&-
done
`;

/**
 * Asks the owner of the lock to stop, wherever the lock is, prints the owner, and waits until the lock is released. The
 * argument, one line or nothing, says who asks and why.
 */
export const asking = `${place}
lock=
for one in "$file" ${places}; do
	[ -n "$lock" ] || ! ours "$one" || free "$one" || lock=$one
done
[ -n "$lock" ] || exit ${lockCodes.free}
exec 9<"$lock" || exit 74
# In a directory that others may write to, only a new file under a random name is surely one's own. The rename follows no
# link, and replaces whatever has the name.
request() {
	new=$(mktemp "$lock.stop.XXXXXXXX") || exit 74
	cat >| "$new" && chmod 660 "$new" || { rm -f "$new"; exit 74; }
	# A request of root is for the owner of the lock.
	[ "$(id -u)" -ne 0 ] || chown -h --reference="$lock" "$new"
	mv -f -T "$new" "$1" || { rm -f "$new"; exit 74; }
}
rm -f "$lock.stop.why"
[ -z "$1" ] || printf '%s\\n' "$1" | request "$lock.stop.why" || exit 74
name=$(owner "$lock")
printf '%s\\n' "$name" | request "$lock.stop"
printf '%s\\n' "$name"
flock 9
rm -f "$lock.stop" "$lock.stop.why"
`;

/** Prints the owner of the lock, if any, in any of its possible locations. */
export const looking = `${place}
for one in "$file" ${places}; do
	if ours "$one" && ! free "$one"; then
		owner "$one"
		exit 0
	fi
done
exit 0
`;
