/** Maximum length of a file name and of a path on Linux file systems, in bytes. */
const mostNameBytes = 255;
const mostPathBytes = 4095;

/** Why no file system can store a file at this path; undefined if it can. */
export function tooLong(path: string): string | undefined {
	const name = path.slice(path.lastIndexOf('/') + 1);
	if (bytesOf(name) > mostNameBytes) return `the file name has ${bytesOf(name)} bytes; the maximum is ${mostNameBytes}`;
	if (bytesOf(path) > mostPathBytes) return `the path has ${bytesOf(path)} bytes; the maximum is ${mostPathBytes}`;
	return undefined;
}

/** A name with a suffix. If it is too long, it is truncated and made unique by a hash of the whole name. */
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
