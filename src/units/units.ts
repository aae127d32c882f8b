import {InputError} from '../errors.ts';

/** A quantity with a unit. Internally, the value is in the smallest unit. */
type Quantity = {
	readonly kind: string;
	readonly example: string;
	readonly factors: Readonly<Record<string, number>>;
};

const binary = {B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4} as const;

const durations: Quantity = {
	kind: 'a duration',
	example: '300 ms, 30 s, 5 min or 2 h',
	factors: {ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000},
};

const sizes: Quantity = {kind: 'a size', example: '512 MiB or 20 GiB', factors: binary};

const rates: Quantity = {
	kind: 'a rate',
	example: '100 MiB/s',
	factors: Object.fromEntries(Object.entries(binary).map(([unit, factor]) => [`${unit}/s`, factor])),
};

/** JSON Schema of a duration, for step parameters. */
export const durationSchema = {type: 'string', pattern: '^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h|d)$'} as const;
/** JSON Schema of a size. A number without a unit is not allowed: `20` could mean bytes or GiB. */
export const sizeSchema = {type: 'string', pattern: '^[0-9]+(\\.[0-9]+)? ?(B|KiB|MiB|GiB|TiB)$'} as const;
/** JSON Schema of a rate. */
export const rateSchema = {type: 'string', pattern: '^[0-9]+(\\.[0-9]+)? ?(B|KiB|MiB|GiB|TiB)/s$'} as const;

/** Describes the values of one of the patterns above, for messages: `a duration such as 300 ms …`. */
export function expectationOf(pattern: string): string | undefined {
	const quantities = [
		[durationSchema.pattern, durations],
		[sizeSchema.pattern, sizes],
		[rateSchema.pattern, rates],
	] as const;
	const quantity = quantities.find(([own]) => own === pattern)?.[1];
	return quantity && `${quantity.kind} such as ${quantity.example}`;
}

/** `300 ms` in milliseconds. */
export function parseDuration(text: string): number {
	return parse(text, durations);
}

/** `20 GiB` in bytes. */
export function parseSize(text: string): number {
	return parse(text, sizes);
}

/** `100 MiB/s` in bytes per second. */
export function parseRate(text: string): number {
	return parse(text, rates);
}

function parse(text: string, {kind, example, factors}: Quantity): number {
	const [, number, unit = ''] = /^([0-9]+(?:\.[0-9]+)?) ?(\S+)$/.exec(text) ?? [];
	const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
	if (number === undefined || factor === undefined) {
		throw new InputError([
			{message: `${JSON.stringify(text)} is not ${kind}`, hint: `write ${kind} such as ${example}`},
		]);
	}
	return Math.round(Number(number) * factor);
}
