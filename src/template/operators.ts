import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {isEqual, isMapping} from './value.ts';

/** `+ - * / // % **` of two known values, as in Python: never a number from a text by itself. */
export function arithmetic(name: string, left: unknown, right: unknown, position: Position): unknown {
	if (name === 'Add' && typeof left === 'string' && typeof right === 'string') return left + right;
	if (name === 'Add' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
	if (name === 'Mul' && typeof left === 'string' && typeof right === 'number') return repeat(left, right, position);
	if (typeof left !== 'number' || typeof right !== 'number') {
		throw new TemplateError(`${kindOf(left)} and ${kindOf(right)} cannot be combined`, position, 'convert one: | int');
	}
	if (right === 0 && (name === 'Div' || name === 'FloorDiv' || name === 'Mod')) {
		throw new TemplateError('division by zero', position);
	}
	switch (name) {
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
		default:
			return left ** right;
	}
}

function repeat(text: string, times: number, position: Position): string {
	if (text.length * times > 1_000_000) throw new TemplateError('the text grows beyond 1000000', position);
	return text.repeat(Math.max(0, Math.floor(times)));
}

/** `== != < <= > >= in` and `not in` of two known values. Only like can be ordered. */
export function compare(operator: string, left: unknown, right: unknown, position: Position): boolean {
	if (operator === '==') return isEqual(left, right);
	if (operator === '!=') return !isEqual(left, right);
	if (operator === 'in') return contains(left, right, position);
	if (operator === 'not in') return !contains(left, right, position);
	const ordered =
		(typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
	if (!ordered) {
		throw new TemplateError(`${kindOf(left)} and ${kindOf(right)} cannot be ordered`, position, 'convert one: | int');
	}
	switch (operator) {
		case '<':
			return left < right;
		case '<=':
			return left <= right;
		case '>':
			return left > right;
		default:
			return left >= right;
	}
}

/** `in`. */
export function contains(needle: unknown, hay: unknown, position: Position): boolean {
	if (typeof hay === 'string' && typeof needle === 'string') return hay.includes(needle);
	if (Array.isArray(hay)) return hay.some(item => isEqual(item, needle));
	if (isMapping(hay)) return Object.hasOwn(hay, String(needle));
	throw new TemplateError(`nothing is in ${kindOf(hay)}`, position);
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
	if (value === null) return 'none';
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (typeof value === 'string') return 'a text';
	return typeof value === 'number' ? 'a number' : `a ${typeof value}`;
}
