/**
 * Secrets by their value: whoever prints one, a host or an error, shows `***` in its place. What a process knows as secret
 * is known to all of it, so that no way out can be forgotten.
 */

/** What is shorter is a part of too many words. */
const shortest = 4;

const known = new Set<string>();
let pattern: RegExp | undefined;

/** Takes a text for secret from now on, and the forms in which programs print it. */
export function remember(text: string): void {
	// A key is printed line by line.
	for (const line of [text, ...text.split(/\r?\n/)]) {
		if (line.length < shortest || known.has(line)) continue;
		for (const form of formsOf(line)) known.add(form);
		pattern = undefined;
	}
}

/** As it is, as a text of JSON, in a URL, and as Base64. */
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

/** The text with `***` for each secret in it. To be asked before the text is quoted or escaped in any other way. */
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

/** The same data with masked texts. Names of parts are masked too. */
export function maskedData<Data>(data: Data): Data {
	return known.size === 0 ? data : (maskedPart(data) as Data);
}

/** Does the text show a secret? */
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
