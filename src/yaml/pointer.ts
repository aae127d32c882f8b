/** One segment of a JSON pointer, escaped. */
export function pointerPart(name: string | number): string {
	const text = String(name);
	return /[~/]/.test(text) ? `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}` : `/${text}`;
}

/** The unescaped segments of a JSON pointer. */
export function pointerParts(pointer: string): readonly string[] {
	const parts = pointer.split('/').slice(1);
	return pointer.includes('~') ? parts.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')) : parts;
}
