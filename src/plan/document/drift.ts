import type {Difference, Drift} from '../../steps/drift.ts';
import type {Json} from '../../steps/step.ts';

/** The differences of two values, in order. Fields with `ignored` names are not compared. */
export function differences(
	then: Json | undefined,
	now: Json | undefined,
	ignored: readonly string[] = [],
	at: readonly string[] = [],
): readonly Difference[] {
	if (isPlain(then) && isPlain(now)) {
		const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(key => !ignored.includes(key));
		return keys.flatMap(key => differences(then[key], now[key], ignored, [...at, key]));
	}
	if (Array.isArray(then) && Array.isArray(now) && then.length === now.length) {
		return then.flatMap((value: Json, index) => differences(value, now[index], ignored, [...at, String(index)]));
	}
	return JSON.stringify(then) === JSON.stringify(now) ? [] : [{at, was: then, now}];
}

function isPlain(value: Json | undefined): value is {readonly [key: string]: Json | undefined} {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `memory: 16 MiB (planned: 8 MiB)`, as described by the step. */
export function differenceText(difference: Difference, drift: Drift<never> | undefined): string {
	const {subject, was, now} = drift?.describe?.(difference) ?? {subject: difference.at.join('.')};
	return `${subject}: ${now ?? short(difference.now)} (planned: ${was ?? short(difference.was)})`;
}

function short(value: Json | undefined): string {
	if (value === undefined) return 'absent';
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
