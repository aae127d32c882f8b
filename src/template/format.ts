import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';
import {asText, isMapping, kindOf} from './value.ts';

const directive = /%(?:\((\w+)\))?([-+ 0#]*)(\d+)?(?:\.(\d+))?([sdifxXoeEgr%])/g;
/** The maximum width of a field. */
const maxWidth = 1000;

/** Python's `'%s: %05.1f' % values`. */
export function format(text: string, values: readonly unknown[], position: Position): string {
	let used = 0;
	return text.replaceAll(directive, (_all, name, flags: string, width = '0', digits, kind: string) => {
		if (kind === '%') return '%';
		const [first] = values;
		const value = name === undefined ? values[used++] : isMapping(first) ? first[name] : undefined;
		if (value === undefined) throw new TemplateError('the format has more fields than values', position);
		const shown = field(value, kind, digits === undefined ? undefined : Number(digits), position);
		const signed = /[+ ]/.exec(flags)?.[0];
		const full = signed !== undefined && kind !== 's' && !shown.startsWith('-') ? signed + shown : shown;
		const size = Math.min(Number(width), maxWidth);
		if (flags.includes('-')) return full.padEnd(size);
		if (!flags.includes('0') || kind === 's') return full.padStart(size);
		const [sign = ''] = /^[-+ ]/.exec(full) ?? [];
		return sign + full.slice(sign.length).padStart(size - sign.length, '0');
	});
}

function field(value: unknown, kind: string, digits: number | undefined, position: Position): string {
	if (kind === 's') return asText(value).slice(0, digits);
	if (kind === 'r') return asText([value]).slice(1, -1);
	const number = typeof value === 'boolean' ? Number(value) : value;
	if (typeof number !== 'number') throw new TemplateError(`%${kind} requires a number, got ${kindOf(value)}`, position);
	const places = Math.min(digits ?? 6, 100);
	switch (kind) {
		case 'd':
		case 'i':
			return String(Math.trunc(number));
		case 'x':
			return Math.trunc(number).toString(16);
		case 'X':
			return Math.trunc(number).toString(16).toUpperCase();
		case 'o':
			return Math.trunc(number).toString(8);
		case 'e':
			return exponent(number, places);
		case 'E':
			return exponent(number, places).toUpperCase();
		case 'g':
			return String(Number(number.toPrecision(Math.max(1, places))));
		default:
			return number.toFixed(places);
	}
}

/** Python prints at least two digits of the exponent. */
function exponent(number: number, places: number): string {
	return number.toExponential(places).replace(/e([-+])(\d)$/, 'e$10$2');
}
