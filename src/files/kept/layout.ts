/**
 * Kept copies are recorded on their host, so that any controller knows them, even after a reboot: one text file each,
 * named after the path of the image. Root's records are in a directory where no other user can create files; those of
 * another login are in its home directory, so that only its own records are trusted.
 *
 * A record contains what proves the image: inode and birth time, size, times of the last write and of the last change,
 * to the second. The device is recorded but proves nothing, since its number can change with a reboot.
 */
export const layout = `umask 077
dir=/var/lib/vacate/kept
[ "$(id -u)" -eq 0 ] || dir="\${XDG_STATE_HOME:-$HOME/.local/state}/vacate/kept"
record_of() {
	printf '%s/%s-%s' "$dir" "$(printf %s "$1" | sha256sum | cut -c 1-24)" \\
		"$(printf %s "\${1##*/}" | tr -c 'A-Za-z0-9._-' _ | tail -c 80)"
}
is_record() { [ -f "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]; }
is_image() { [ -f "$1" ] && [ ! -L "$1" ]; }
field() { sed -n "s/^$2 //p" "$1"; }
stamp_of() { stat --format='%i:%W %s %Y %Z' -- "$1" 2>/dev/null; }
`;

/** `belongs RECORD`: is it of the guest? `fits RECORD IMAGE`: is it as it was left? */
export const proof = `belongs() { is_record "$1" && [ "$(field "$1" guest)" = "$uuid" ]; }
fits() { belongs "$1" && is_image "$2" && [ "$(field "$1" stamp)" = "$(stamp_of "$2")" ]; }
`;

/** `unlocked IMAGE`: QEMU holds a lock on every image that it uses, and qemu-img, asked without \`-U\`, meets it. */
export const locks = `unlocked() {
	if qemu-img info -- "$1" 2>&1 >/dev/null | grep -q 'Failed to get .* lock'; then
		printf '%s is in use by a QEMU process\\n' "$1" >&2
		return 1
	fi
}
`;

/** `put_record IMAGE HEAD`: writes the lines of HEAD and the proof atomically. */
export const putting = `put_record() {
	file=$(record_of "$1")
	mkdir -p -m 700 -- "$dir" && [ -O "$dir" ] && [ ! -L "$dir" ] || return 1
	{
		printf '%s\\n' "$2" &&
		stat --format='device %d' -- "$1" &&
		printf 'stamp %s\\n' "$(stamp_of "$1")" &&
		stat --format='blocks %b %B' -- "$1"
	} > "$file.new" && sync -- "$file.new" && mv -f -- "$file.new" "$file" && sync -- "$dir"
}
`;
