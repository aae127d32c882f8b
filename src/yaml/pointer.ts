/** One step of a JSON pointer, escaped. */
export function pointerPart(name: string | number): string {
	return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names of a JSON pointer's steps. */
export function pointerParts(pointer: string): readonly string[] {
	return pointer
		.split('/')
		.slice(1)
		.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
