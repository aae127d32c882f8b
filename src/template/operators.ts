import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {exactInteger} from './filters/need.ts';
import {format} from './format.ts';
import {Excess, isEqual, isMapping, kindOf, maxLength} from './value.ts';

/** The tree node of an operator. */
export type ArithmeticOperator = 'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow';

/** `+ - * / // % **` of two known values, as in Python: a string is never converted to a number. */
export function arithmetic(operator: ArithmeticOperator, left: unknown, right: unknown, position: Position): unknown {
	if (typeof left === 'number' && typeof right === 'number') {
		const result = reckon(operator, left, right, position);
		const isExact = Number.isInteger(left) && Number.isInteger(right) && operator !== 'Div';
		return isExact ? exactInteger(result, position) : result;
	}
	if (operator === 'Add' && typeof left === 'string' && typeof right === 'string') return left + right;
	if (operator === 'Add' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
	if (operator === 'Mod' && typeof left === 'string')
		return format(left, Array.isArray(right) ? right : [right], position);
	if (operator === 'Mul' && typeof right === 'number') return repeat(left, right, position);
	if (operator === 'Mul' && typeof left === 'number') return repeat(right, left, position);
	throw cannot('be combined', left, right, position);
}

function reckon(operator: ArithmeticOperator, left: number, right: number, position: Position): number {
	if (right === 0 && (operator === 'Div' || operator === 'FloorDiv' || operator === 'Mod')) {
		throw new TemplateError('division by zero', position);
	}
	switch (operator) {
		case 'Add':
			return left + right;
		case 'Sub':
			return left - right;
		case 'Mul':
			return left * right;
		case 'Div':
			return left / right;
		case 'FloorDiv':
			return Math.floor(left / right);
		case 'Mod':
			return ((left % right) + right) % right;
		case 'Pow':
			return left ** right;
	}
}

function repeat(value: unknown, times: number, position: Position): unknown {
	if (typeof value !== 'string' && !Array.isArray(value)) throw cannot('be multiplied', value, times, position);
	const count = Math.max(0, Math.floor(times));
	if (value.length * count > maxLength) throw new Excess(`the value exceeds the limit of ${maxLength}`);
	return typeof value === 'string' ? value.repeat(count) : Array.from({length: count}, () => value).flat();
}

/** `== != < <= > >= in` and `not in` of two known values. Only values of the same kind can be ordered. */
export function compare(operator: string, left: unknown, right: unknown, position: Position): boolean {
	switch (operator) {
		case '==':
			return isEqual(left, right);
		case '!=':
			return !isEqual(left, right);
		case 'in':
			return contains(left, right, position);
		case 'not in':
			return !contains(left, right, position);
		case '<':
			return order(left, right, position) < 0;
		case '<=':
			return order(left, right, position) <= 0;
		case '>':
			return order(left, right, position) > 0;
		case '>=':
			return order(left, right, position) >= 0;
		default:
			throw new TemplateError(`unknown operator ${operator}`, position);
	}
}

/**
 * Negative, zero or positive: `left` sorts before, with or after `right`. Strings by code point, lists item by item.
 */
export function order(left: unknown, right: unknown, position: Position): number {
	if (isNumeric(left) && isNumeric(right)) return Number(left) - Number(right);
	if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
	if (!Array.isArray(left) || !Array.isArray(right)) throw cannot('be ordered', left, right, position);
	const different = left.findIndex((item, index) => index >= right.length || !isEqual(item, right[index]));
	if (different < 0 || different >= right.length) return left.length - right.length;
	return order(left[different], right[different], position);
}

function isNumeric(value: unknown): boolean {
	return typeof value === 'number' || typeof value === 'boolean';
}

/** `in`. */
export function contains(needle: unknown, hay: unknown, position: Position): boolean {
	if (typeof hay === 'string' && typeof needle === 'string') return hay.includes(needle);
	if (Array.isArray(hay)) return hay.some(item => isEqual(item, needle));
	if (isMapping(hay)) return Object.hasOwn(hay, String(needle));
	throw new TemplateError(`${kindOf(needle)} cannot be in ${kindOf(hay)}`, position);
}

function cannot(what: string, left: unknown, right: unknown, position: Position): TemplateError {
	const mixed = typeof left === 'string' || typeof right === 'string';
	const hint = mixed ? 'convert one of them: | int or | string' : undefined;
	return new TemplateError(`${kindOf(left)} and ${kindOf(right)} cannot ${what}`, position, hint);
}
