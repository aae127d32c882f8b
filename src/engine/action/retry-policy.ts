import {milliseconds} from '../../playbook/inherit.ts';
import type {PlaybookTask, SourceRange} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {knownText} from '../conditions.ts';

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
