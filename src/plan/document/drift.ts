import type {Json} from '../../steps/step.ts';

/** A value that is not what it was. `at` leads there from the whole. */
export type Difference = {
	readonly at: readonly string[];
	readonly was: Json | undefined;
	readonly now: Json | undefined;
};

/** What changes while a guest runs, and decides nothing; and the port that is free at the moment. */
const volatile: ReadonlySet<string> = new Set(['dataBytes', 'port']);

/** In what two values differ, the first of both first. */
export function differences(
	then: Json | undefined,
	now: Json | undefined,
	at: readonly string[] = [],
): readonly Difference[] {
	if (isPlain(then) && isPlain(now)) {
		const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(key => !volatile.has(key));
		return keys.flatMap(key => differences(then[key], now[key], [...at, key]));
	}
	if (Array.isArray(then) && Array.isArray(now) && then.length === now.length) {
		return then.flatMap((value: Json, index) => differences(value, now[index], [...at, String(index)]));
	}
	return JSON.stringify(then) === JSON.stringify(now) ? [] : [{at, was: then, now}];
}

function isPlain(value: Json | undefined): value is {readonly [key: string]: Json | undefined} {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `memory 16 MiB, planned with 8 MiB`. */
export function differenceText({at, was: then, now}: Difference): string {
	const path = at.filter(part => part !== 'move' && part !== 'disks').join('.');
	const last = at.at(-1) ?? '';
	if (last === 'memoryKib') return `memory ${mib(now)}, planned with ${mib(then)}`;
	if (last === 'copies') return `disks ${targets(now)}, planned with ${targets(then)}`;
	if (last === 'virtualBytes')
		return `size of ${path.replace(/\.image\.virtualBytes$/, '')} ${now} bytes, planned with ${then}`;
	return `${path} ${short(now)}, planned with ${short(then)}`;
}

function mib(kib: Json | undefined): string {
	return typeof kib === 'number' ? `${Math.round(kib / 1024)} MiB` : short(kib);
}

function targets(copies: Json | undefined): string {
	if (!Array.isArray(copies)) return short(copies);
	return copies.map(copy => (isPlain(copy) ? short(copy.target) : short(copy))).join(', ') || 'none';
}

function short(value: Json | undefined): string {
	if (value === undefined) return 'not there';
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
