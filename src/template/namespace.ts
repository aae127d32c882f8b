const made = new WeakSet<object>();

/** A mapping that a template can modify with `{% set space.name = … %}`, including from within a loop. */
export function namespace(names: Readonly<Record<string, unknown>>): object {
	const space = {...names};
	made.add(space);
	return space;
}

export function isNamespace(value: unknown): value is object {
	return typeof value === 'object' && value !== null && made.has(value);
}
