/** Whether two JSON values are equal; the order of keys is irrelevant, and a missing key equals undefined. */
export function isSame(one: unknown, other: unknown): boolean {
	if (Array.isArray(one) && Array.isArray(other)) {
		return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
	}
	if (!isMapping(one) || !isMapping(other)) return one === other;
	const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
	return [...keys].every(key => isSame(one[key], other[key]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
