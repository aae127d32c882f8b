/**
 * Where a host’s lock lies, and who may have made it. Root’s file lies where nobody else may make one, and only who may
 * change guests may open it: nobody else can hold it, write into it, or put a link in its place. Whoever is not root and
 * finds none has one where everybody may make files, and takes it only when it is of the right person. There even root may
 * not open a file of somebody else as one that it would make (`fs.protected_regular`, which systemd sets), as a shell's
 * `>` and `flock FILE` do: so files are locked by a descriptor for reading, and written by dd.
 */
const place = `
set -C
umask 117
changes() { id -nG "$@" 2>/dev/null | grep -qw -e libvirt -e root; }
ours() { [ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ] && { [ -O "$1" ] || changes "$(stat -c %U "$1")"; }; }
free() (exec 8<"$1" && flock -n 8)
file=/run/vacate.lock
if [ "$(id -u)" -ne 0 ] && [ ! -r "$file" ]; then
	[ -w /run/lock ] && file=/run/lock/vacate || file=/tmp/vacate
	changes || file=$file-$(id -u)
	file=$file.lock
fi
`;

/** Where locks of those lie who may change guests. */
const places = '/run/vacate.lock /run/lock/vacate.lock /tmp/vacate.lock';

/** Exit codes of the scripts. */
export const lockCodes = {held: 75, free: 76} as const;

/**
 * Holds a host until nobody listens any more: with the connection the lock goes, so that a controller that has died leaves
 * none behind. The file stays and says who held it last. As a lock of root and one of who is not may lie in two places,
 * each looks at the others’ too, after it holds its own. Says `stop` when one who may
 * change guests has asked this very holder for it, with a file beside the lock.
 *
 * Its argument: who this is.
 */
export const holding = `${place}
asked="$file.stop"
held() { cat "$1"; exit ${lockCodes.held}; }
[ -e "$file" ] || { : > "$file" && chgrp libvirt "$file"; } 2>/dev/null
ours "$file" || { echo "$file is not a file of whoever may change guests" >&2; exit 74; }
exec 9<"$file" || exit 74
flock -n 9 || held "$file"
for other in ${places}; do
	[ "$other" = "$file" ] || ! ours "$other" || free "$other" || held "$other"
done
printf '%s\\n' "$1" | dd of="$file" conv=nocreat status=none 2>/dev/null
printf 'held\\n'
while printf .; do
	if ours "$asked" && [ "$(cat "$asked")" = "$1" ]; then
		printf 'stop\\n'
	fi
	sleep 2 9<&-
done
`;

/** Asks who holds the host to stop, wherever the lock lies, says who that is, and waits until it has let go. */
export const asking = `${place}
lock=
for one in "$file" ${places}; do
	[ -n "$lock" ] || ! ours "$one" || free "$one" || lock=$one
done
[ -n "$lock" ] || exit ${lockCodes.free}
exec 9<"$lock" || exit 74
rm -f "$lock.stop"
cat "$lock" > "$lock.stop" || exit 74
# Of root it is for whoever holds the lock.
[ "$(id -u)" -ne 0 ] || chown --reference="$lock" "$lock.stop"
cat "$lock"
flock 9
rm -f "$lock.stop"
`;

/** Says who holds the host, if a run does, wherever the lock lies. */
export const looking = `${place}
for one in "$file" ${places}; do
	if ours "$one" && ! free "$one"; then
		cat "$one"
		exit 0
	fi
done
exit 0
`;
