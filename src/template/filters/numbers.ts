import {TemplateError} from '../error.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {asText} from '../value.ts';
import {exactInteger, number} from './need.ts';

/** Number filters. */
export const numberFilters: TemplateFunctions = {
	int: call('default base', (value, {default: fallback = 0, base = 10}, position) => {
		if (typeof value === 'number') return Math.trunc(value);
		if (typeof value === 'boolean') return Number(value);
		const number = wholeNumber(asText(value).trim(), Number(base));
		return number === undefined ? fallback : exactInteger(number, position);
	}),
	float: call('default', (value, {default: fallback = 0}) => {
		if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
		const text = asText(value).trim();
		return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : fallback;
	}),
	abs: call('', (value, _args, position) => Math.abs(number(value, position))),
	round: call('precision method', (value, {precision = 0, method = 'common'}, position) => {
		const factor = 10 ** number(precision, position);
		const scaled = number(value, position) * factor;
		if (method === 'ceil') return Math.ceil(scaled) / factor;
		if (method === 'floor') return Math.floor(scaled) / factor;
		if (method === 'common') return rounded(number(value, position), Math.trunc(number(precision, position)));
		throw new TemplateError(`round: the method must be common, ceil or floor, got ${asText(method)}`, position);
	}),
	log: call(
		'base',
		(value, {base = Math.E}, position) => Math.log(number(value, position)) / Math.log(number(base, position)),
	),
	pow: call('power', (value, {power}, position) => number(value, position) ** number(power, position)),
	root: call('base', (value, {base = 2}, position) => number(value, position) ** (1 / number(base, position))),
};

/** Parses an integer as Python does; the whole string must match. A fraction is truncated. */
function wholeNumber(text: string, base: number): number | undefined {
	const digits = text.toLowerCase().replaceAll(/(?<=[\da-z])_(?=[\da-z])/g, '');
	if (base === 10) return /^[-+]?\d+(\.\d*)?$/.test(digits) ? Math.trunc(Number(digits)) : undefined;
	const bare = digits.replace(base === 16 ? /^([-+]?)0x/ : base === 8 ? /^([-+]?)0o/ : /^([-+]?)0b/, '$1');
	const valid = [...bare.replace(/^[-+]/, '')].every(digit => Number.parseInt(digit, 36) < base);
	return valid && bare !== '' ? Number.parseInt(bare, base) : undefined;
}

/** Rounds to a number of decimal places. Like Python, an exact half is rounded to the even neighbour. */
function rounded(value: number, places: number): number {
	if (places < 0) return rounded(value * 10 ** places, 0) / 10 ** places;
	const [whole = '', fraction = ''] = Math.abs(value).toFixed(100).split('.');
	const kept = Number(`${whole}.${fraction.slice(0, places)}`);
	const isHalf = /^50*$/.test(fraction.slice(places));
	const isEven = Number(`${whole}${fraction.slice(0, places)}`.at(-1)) % 2 === 0;
	return Math.sign(value) * (isHalf && isEven ? kept : Number(Math.abs(value).toFixed(places)));
}
