import type {Position} from '../errors.ts';
import {attribute} from './access.ts';
import {TemplateError} from './error.ts';
import {format} from './format.ts';
import {asText, Undefined} from './value.ts';

const field = /\{\{|\}\}|\{([^{}!:]*)(?:!([rs]))?(?::([^{}]*))?\}/g;
const specification = /^(?:(.)?([<>^]))?([-+ ])?(0)?(\d+)?(,)?(?:\.(\d+))?([sdfxXoeEgb%])?$/;

/** Python's `'{} {0} {name:>5}'.format(…)`. */
export function braceFormat(
	text: string,
	args: readonly unknown[],
	named: Readonly<Record<string, unknown>>,
	position: Position,
): string {
	let next = 0;
	return text.replaceAll(field, (whole: string, path = '', conversion?: string, spec = '') => {
		if (whole === '{{' || whole === '}}') return whole.charAt(0);
		const [first = '', ...rest] = path.replaceAll(/\[([^\]]*)\]/g, '.$1').split('.');
		const start = first === '' ? args[next++] : /^\d+$/.test(first) ? args[Number(first)] : named[first];
		const value = start !== undefined && rest.length > 0 ? attribute(start, rest.join('.'), position) : start;
		if (value === undefined || value instanceof Undefined) {
			throw new TemplateError(`the format has no value for '{${path}}'`, position);
		}
		const shown = conversion === 'r' ? asText([value]).slice(1, -1) : value;
		return formatted(shown, spec, position);
	});
}

function formatted(value: unknown, spec: string, position: Position): string {
	const found = specification.exec(spec);
	if (found === null) throw new TemplateError(`'${spec}' is not a supported format`, position);
	const isNumber = typeof value === 'number';
	const [, fill = ' ', side, sign = '', zero = '', width = '0', comma, digits, kind] = found;
	const precision = digits === undefined ? '' : `.${digits}`;
	const bare = shown(value, `${sign.trim()}`, precision, kind, position);
	const grouped = comma === undefined ? bare : bare.replaceAll(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
	const size = Math.min(Number(width), 1000);
	if (zero !== '' && side === undefined) {
		const [mark = ''] = /^[-+]/.exec(grouped) ?? [];
		return mark + grouped.slice(mark.length).padStart(size - mark.length, '0');
	}
	const where = side ?? (isNumber ? '>' : '<');
	if (where === '<') return grouped.padEnd(size, fill);
	if (where === '>') return grouped.padStart(size, fill);
	const left = Math.floor(Math.max(0, size - grouped.length) / 2);
	return grouped.padStart(grouped.length + left, fill).padEnd(size, fill);
}

function shown(value: unknown, sign: string, precision: string, kind: string | undefined, position: Position): string {
	if (kind === '%') return `${format(`%${sign}${precision}f`, [Number(value) * 100], position)}%`;
	if (kind === 'b') return Number(value).toString(2);
	if (kind === undefined && typeof value === 'number' && precision !== '') {
		return format(`%${sign}${precision}g`, [value], position);
	}
	if (kind !== undefined) return format(`%${sign}${precision}${kind}`, [value], position);
	if (sign !== '' && typeof value === 'number' && value >= 0) return `${sign}${asText(value)}`;
	return precision === '' ? asText(value) : asText(value).slice(0, Number(precision.slice(1)));
}
