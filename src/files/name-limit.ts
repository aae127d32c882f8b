/** Bytes that a file's name may have on the file systems of Linux, and a whole path. */
const mostNameBytes = 255;
const mostPathBytes = 4095;

/** Why no file system can hold a file at this path; undefined when it can. */
export function tooLong(path: string): string | undefined {
	const name = path.slice(path.lastIndexOf('/') + 1);
	if (bytesOf(name) > mostNameBytes) return `its name has ${bytesOf(name)} bytes, and may have ${mostNameBytes}`;
	if (bytesOf(path) > mostPathBytes) return `its path has ${bytesOf(path)} bytes, and may have ${mostPathBytes}`;
	return undefined;
}

/** A name with a suffix. What does not fit is cut, and a sum of the whole name keeps it apart from others. */
export function fitName(name: string, suffix: string): string {
	if (bytesOf(name) + bytesOf(suffix) <= mostNameBytes) return `${name}${suffix}`;
	const end = `~${sumOf(name)}${suffix}`;
	let kept = '';
	for (const sign of name) {
		if (bytesOf(kept) + bytesOf(sign) + bytesOf(end) > mostNameBytes) break;
		kept += sign;
	}
	return `${kept}${end}`;
}

function bytesOf(text: string): number {
	return new TextEncoder().encode(text).length;
}

/** FNV-1a of 32 bits, in hexadecimal. */
function sumOf(text: string): string {
	let sum = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
	return sum.toString(16).padStart(8, '0');
}
