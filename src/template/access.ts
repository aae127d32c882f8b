import type {Position} from '../errors.ts';
import {isMapping, Undefined, Unknown} from './value.ts';

/** An own property, an item, or a character: never anything that a prototype lends. */
export function access(target: unknown, key: unknown, path: string, position: Position): unknown {
	if (target instanceof Unknown || key instanceof Unknown) return target instanceof Unknown ? target : key;
	if (target instanceof Undefined) return target;
	if (Array.isArray(target) || typeof target === 'string') {
		if (typeof key === 'number' && Number.isInteger(key)) {
			const item = target.at(key);
			if (item !== undefined) return item;
		}
		return new Undefined(path, position, []);
	}
	if (isMapping(target)) {
		if ((typeof key === 'string' || typeof key === 'number') && Object.hasOwn(target, key)) return target[key];
		return new Undefined(path, position, Object.keys(target));
	}
	return new Undefined(path, position, []);
}

/** `value[start:stop:step]`, as in Python. */
export function slice(target: unknown, start: unknown, stop: unknown, step: unknown): unknown {
	if (typeof target !== 'string' && !Array.isArray(target)) return undefined;
	const stride = typeof step === 'number' ? step : 1;
	if (stride === 0) return undefined;
	const length = target.length;
	const bound = (value: unknown, otherwise: number) => {
		if (typeof value !== 'number') return otherwise;
		return Math.min(
			Math.max(value < 0 ? value + length : value, stride < 0 ? -1 : 0),
			stride < 0 ? length - 1 : length,
		);
	};
	const from = bound(start, stride > 0 ? 0 : length - 1);
	const to = bound(stop, stride > 0 ? length : -1);
	const picked: unknown[] = [];
	for (let index = from; stride > 0 ? index < to : index > to; index += stride) picked.push(target[index]);
	return typeof target === 'string' ? picked.join('') : picked;
}
