/** Whether version a is older than version b. Only numbers separated by dots are compared. */
export function isOlder(a: string, b: string): boolean {
	const [one, other] = [numbers(a), numbers(b)];
	const differs = [0, 1, 2].find(part => (one[part] ?? 0) !== (other[part] ?? 0));
	return differs !== undefined && (one[differs] ?? 0) < (other[differs] ?? 0);
}

function numbers(version: string): readonly number[] {
	return version.split('.').map(part => Number.parseInt(part, 10) || 0);
}
