/**
 * Where a host’s lock lies, and who may have made it. Root’s file lies where nobody else may make one, and only who may
 * change guests may open it: nobody else can hold it, write into it, or put a link in its place. Whoever is not root and
 * finds none has one where everybody may make files, and takes it only when it is of the right person.
 */
const place = `
set -C
umask 117
changes() { id -nG "$@" 2>/dev/null | grep -qw -e libvirt -e root; }
ours() { [ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ] && { [ -O "$1" ] || changes "$(stat -c %U "$1")"; }; }
file=/run/vacate.lock
if [ "$(id -u)" -ne 0 ] && [ ! -r "$file" ]; then
	[ -w /run/lock ] && file=/run/lock/vacate || file=/tmp/vacate
	changes || file=$file-$(id -u)
	file=$file.lock
fi
`;

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
for other in /run/vacate.lock /run/lock/vacate.lock /tmp/vacate.lock; do
	[ "$other" = "$file" ] || ! ours "$other" || flock -n "$other" true || held "$other"
done
{ printf '%s\\n' "$1" >| "$file"; } 2>/dev/null
printf 'held\\n'
while printf .; do
	if ours "$asked" && [ "$(cat "$asked")" = "$1" ]; then
		printf 'stop\\n'
	fi
	sleep 2 9<&-
done
`;

/** Asks who holds the host to stop, says who that is, and waits until it has let go. */
export const asking = `${place}
ours "$file" || exit ${lockCodes.free}
exec 9<"$file" || exit 74
flock -n 9 && exit ${lockCodes.free}
rm -f "$file.stop"
cat "$file" > "$file.stop" && cat "$file" || exit 74
flock 9
rm -f "$file.stop"
`;
