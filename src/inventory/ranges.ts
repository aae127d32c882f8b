/** The maximum number of hosts of one pattern, and of an inventory. */
export const maxHosts = 100_000;
/** The maximum number of ranges in one pattern: 2 to the power of 17 would be too many hosts. */
const mostRanges = 16;
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Expands the ranges of a host pattern: `node[01:50]`, `rack[a:f]`, `n[1:10:2]`. The end is inclusive; numbers keep the
 * width of the first one. Returns undefined for an invalid range.
 */
export function expandRanges(name: string): readonly string[] | undefined {
	return name.split('[').length - 1 > mostRanges ? undefined : expandAll(name);
}

function expandAll(name: string): readonly string[] | undefined {
	const [, before = '', range, after = ''] = /^([^[\]]*)\[([^\]]*)\](.*)$/s.exec(name) ?? [];
	if (range === undefined) return /[[\]]/.test(name) ? undefined : [name];
	const middles = expandRange(range);
	const ends = expandAll(after);
	if (middles === undefined || ends === undefined || middles.length * ends.length > maxHosts) return undefined;
	return middles.flatMap(middle => ends.map(end => before + middle + end));
}

function expandRange(range: string): readonly string[] | undefined {
	const [begin = '', end = '', step = '1', ...more] = range.split(':');
	if (end === '' || more.length > 0 || !/^0*[1-9][0-9]*$/.test(step)) return undefined;
	if (/^[a-zA-Z]$/.test(begin) && /^[a-zA-Z]$/.test(end)) {
		return count(letters.indexOf(begin), letters.indexOf(end), Number(step), index => letters.charAt(index));
	}
	if (!/^[0-9]*$/.test(begin) || !/^[0-9]+$/.test(end)) return undefined;
	const isPadded = begin.length > 1 && begin.startsWith('0');
	if (isPadded && begin.length !== end.length) return undefined;
	const width = isPadded ? begin.length : 0;
	return count(Number(begin || 0), Number(end), Number(step), number => String(number).padStart(width, '0'));
}

function count(from: number, to: number, step: number, name: (value: number) => string): readonly string[] | undefined {
	if (from > to || (to - from) / step > maxHosts) return undefined;
	return Array.from({length: Math.floor((to - from) / step) + 1}, (_, index) => name(from + index * step));
}
