/**
 * Masks secrets by their value: wherever a secret is printed, by a host or in an error, `***` appears instead. The
 * secrets are known to the whole process, so that no output can miss one.
 */

/** Shorter secrets are not masked, because they would occur inside too many words. */
const shortest = 4;

const known = new Set<string>();
let pattern: RegExp | undefined;

/** Registers a secret together with the encodings in which programs print it. */
export function remember(text: string): void {
	// A multi-line key is printed line by line.
	for (const line of [text, ...text.split(/\r?\n/)]) {
		if (line.length < shortest || known.has(line)) continue;
		for (const form of formsOf(line)) known.add(form);
		pattern = undefined;
	}
}

/** Unchanged, as a JSON string, URL-encoded, and in Base64. */
function formsOf(text: string): readonly string[] {
	const bytes = Buffer.from(text, 'utf8');
	return [
		text,
		JSON.stringify(text).slice(1, -1),
		encodeURIComponent(bytes.toString('utf8')),
		bytes.toString('base64'),
		bytes.toString('base64url'),
	];
}

/** Replaces each secret by `***`. Must be applied before the text is quoted or escaped in another way. */
export function masked(text: string): string {
	if (known.size === 0) return text;
	pattern ??= new RegExp(
		[...known]
			.sort((a, b) => b.length - a.length)
			.map(escaped)
			.join('|'),
		'g',
	);
	return text.replace(pattern, '***');
}

/** A copy of the data with masked strings and keys. */
export function maskedData<Data>(data: Data): Data {
	return known.size === 0 ? data : (maskedPart(data) as Data);
}

/** Whether the text contains a secret. */
export function showsSecret(text: string): boolean {
	return masked(text) !== text;
}

function maskedPart(part: unknown): unknown {
	if (typeof part === 'string') return masked(part);
	if (Array.isArray(part)) return part.map(maskedPart);
	if (!isPlain(part)) return part;
	return Object.fromEntries(Object.entries(part).map(([key, value]) => [masked(key), maskedPart(value)]));
}

function isPlain(part: unknown): part is object {
	if (typeof part !== 'object' || part === null) return false;
	const prototype = Object.getPrototypeOf(part);
	return prototype === Object.prototype || prototype === null;
}

function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
