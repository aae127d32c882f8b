import type {Position} from '../errors.ts';
import {isMapping, kindOf, Undefined, Unknown} from './value.ts';

/** An own property, an item or a character. Inherited properties are never reached. */
export function access(target: unknown, key: unknown, path: string, position: Position): unknown {
	if (target instanceof Unknown || target instanceof Undefined) return target;
	if (key instanceof Unknown) return key;
	if (isMapping(target)) {
		const name = typeof key === 'string' ? key : String(key);
		if (Object.hasOwn(target, name)) return target[name];
		return new Undefined(`'${path}' is undefined`, position, {name, known: Object.keys(target)});
	}
	if ((Array.isArray(target) || typeof target === 'string') && typeof key === 'number' && Number.isInteger(key)) {
		const item = target.at(key);
		if (item !== undefined) return item;
	}
	return new Undefined(`'${path}' is undefined`, position);
}

/** `value[start:stop:step]`, as in Python. Undefined for values that cannot be sliced. */
export function slice(target: unknown, bounds: readonly unknown[], position: Position): unknown {
	if (typeof target !== 'string' && !Array.isArray(target)) {
		return new Undefined(`${kindOf(target)} cannot be sliced`, position);
	}
	const [start, stop, step] = bounds.map(bound => (typeof bound === 'number' ? bound : undefined));
	const stride = step ?? 1;
	if (stride === 0) return new Undefined('the step of a slice cannot be 0', position);
	const {length} = target;
	const [lowest, highest] = stride > 0 ? [0, length] : [-1, length - 1];
	const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest);
	const from = start === undefined ? (stride > 0 ? lowest : highest) : clamp(start);
	const to = stop === undefined ? (stride > 0 ? highest : lowest) : clamp(stop);
	const picked: unknown[] = [];
	for (let index = from; stride > 0 ? index < to : index > to; index += stride) picked.push(target[index]);
	return typeof target === 'string' ? picked.join('') : picked;
}

/** The value at `a.b.0` inside an item, as used by `map(attribute=…)`. */
export function attribute(item: unknown, path: unknown, position: Position): unknown {
	const parts = typeof path === 'number' ? [path] : String(path).split('.');
	return parts.reduce<unknown>(
		(value, part) =>
			access(value, /^\d+$/.test(String(part)) && !isMapping(value) ? Number(part) : part, String(path), position),
		item,
	);
}
