import type {Position} from '../../errors.ts';
import {attribute} from '../access.ts';
import {TemplateError} from '../error.ts';
import {isMapping, kindOf, Undefined} from '../value.ts';

/** The items of a list, the keys of a mapping or the characters of a string. */
export function items(value: unknown, position: Position): readonly unknown[] {
	if (Array.isArray(value)) return value;
	if (isMapping(value)) return Object.keys(value);
	if (typeof value === 'string') return [...value];
	throw new TemplateError(`expected a list, got ${kindOf(value)}`, position);
}

export function mapping(value: unknown, position: Position): Readonly<Record<string, unknown>> {
	if (isMapping(value)) return value;
	throw new TemplateError(`expected a mapping, got ${kindOf(value)}`, position);
}

export function number(value: unknown, position: Position): number {
	if (typeof value === 'number') return value;
	if (typeof value === 'boolean') return Number(value);
	throw new TemplateError(`expected a number, got ${kindOf(value)}`, position, 'convert it: | int');
}

/** The value at an attribute path of an item; the item itself if no path is given. */
export function attributeOf(item: unknown, path: unknown, position: Position): unknown {
	if (path === undefined) return item;
	const found = attribute(item, path, position);
	if (found instanceof Undefined) throw new TemplateError(`an item has no attribute '${String(path)}'`, position);
	return found;
}

/**
 * An integer that JavaScript can represent.
 *
 * @throws TemplateError for a larger one, whose last digits would be lost.
 */
export function exactInteger(value: number, position: Position): number {
	if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
	throw new TemplateError(`the integer exceeds ${Number.MAX_SAFE_INTEGER}`, position, 'keep it as a string');
}
