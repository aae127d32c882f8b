import {milliseconds} from '../../playbook/inherit.ts';
import type {PlaybookTask, SourceRange} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {knownText} from '../conditions.ts';

/** The longest wait between two tries. */
const longestMs = 60_000;

/** Total number of attempts of a task, and the pause between them. */
export type RetryPolicy = {readonly attempts: number; readonly delayMs: number};

/** @throws TemplateError; InputError for a duration without a unit. */
export function retryPolicyOf({attempts, delayMs, place}: PlaybookTask, scope: Scope): RetryPolicy {
	return {
		attempts: typeof attempts === 'number' ? attempts : wholeNumber(attempts.evaluate(scope), place, '/retries'),
		delayMs: typeof delayMs === 'number' ? delayMs : delayOf(delayMs.evaluate(scope)),
	};
}

function wholeNumber(value: unknown, place: SourceRange, pointer: string): number {
	const text = knownText(value);
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new TemplateError('expected an integer of at least 1', place.at(pointer));
}

/** Seconds may be a string, as variables of the command line are strings. */
function delayOf(value: unknown): number {
	const text = knownText(value);
	return milliseconds(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text) ?? 0;
}

/** Interval and number of attempts for a busy host: half an hour in total. */
export const busy = {delayMs: 10_000, tries: 180} as const;

/**
 * The wait after the n-th failure: doubled each time, and randomly reduced by up to half, so that actions that failed
 * together are not retried together.
 */
export function backOffMs(delayMs: number, failures: number, random: () => number): number {
	const full = Math.min(longestMs, delayMs * 2 ** (failures - 1));
	return Math.round(full * (1 - random() / 2));
}
