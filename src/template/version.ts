/** Compares as Python's LooseVersion, by numbers and words: 1.10 sorts after 1.9, 2.0rc1 before 2.0.1. */
export function compareVersions(left: string, right: string): number {
	const [a, b] = [partsOf(left), partsOf(right)];
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const [x, y] = [a[index], b[index]];
		if (x === undefined || y === undefined) return a.length - b.length;
		if (x === y) continue;
		if (typeof x === 'number' && typeof y === 'number') return x - y;
		return String(x) < String(y) ? -1 : 1;
	}
	return 0;
}

function partsOf(version: string): readonly (string | number)[] {
	return (version.match(/\d+|[a-z]+/gi) ?? []).map(part => (/^\d/.test(part) ? Number(part) : part));
}
