import {milliseconds} from '../../playbook/inherit.ts';
import type {PlaybookTask, SourceRange} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {knownText} from '../conditions.ts';

/** The longest wait between two tries. */
const longestMs = 60_000;

/** How often a task is tried in all, and how long it waits in between. */
export type RetryPolicy = {readonly attempts: number; readonly delayMs: number};

/** @throws TemplateError, and InputError for a time without its unit. */
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

/** A number of seconds may be a text: what comes from the command line is. */
function delayOf(value: unknown): number {
	const text = knownText(value);
	return milliseconds(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text) ?? 0;
}

/** Between two looks at a host that is busy, and how often it is looked at: for half an hour. */
export const busy = {delayMs: 10_000, tries: 180} as const;

/**
 * How long to wait after the n-th failure: twice as long each time, and by chance up to half less, so that what has failed
 * together does not come back together.
 */
export function backOffMs(delayMs: number, failures: number, random: () => number): number {
	const full = Math.min(longestMs, delayMs * 2 ** (failures - 1));
	return Math.round(full * (1 - random() / 2));
}
