/** Where a host’s lock lies. */
const place = `
file=/run/lock/vacate.lock
[ -w /run/lock ] || file=/tmp/vacate.lock
`;

/** Exit codes of the scripts. */
export const lockCodes = {held: 75, free: 76} as const;

/**
 * Holds a host until nobody listens any more: with the connection the lock goes, so that a controller that has died leaves
 * none behind. The file stays and says who held it last. Says `stop` when the same user, or root, has asked this very
 * holder for it, with a file beside the lock.
 *
 * Its argument: who this is.
 */
export const holding = `${place}
asked="$file.stop"
[ -e "$file" ] || (umask 0; : > "$file")
exec 9<"$file" || exit 74
flock -n 9 || { cat "$file"; exit ${lockCodes.held}; }
{ printf '%s\\n' "$1" > "$file"; } 2>/dev/null
printf 'held\\n'
while printf .; do
	if [ "$(cat "$asked" 2>/dev/null)" = "$1" ] && { [ -O "$asked" ] || [ "$(stat -c %u "$asked")" = 0 ]; }; then
		printf 'stop\\n'
	fi
	sleep 2 9<&-
done
`;

/** Asks who holds the host to stop, says who that is, and waits until it has let go. */
export const asking = `${place}
[ -e "$file" ] || exit ${lockCodes.free}
exec 9<"$file" || exit 74
flock -n 9 && exit ${lockCodes.free}
rm -f "$file.stop"
cp "$file" "$file.stop" && cat "$file" || exit 74
flock 9
rm -f "$file.stop"
`;
