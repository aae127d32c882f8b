import {InputError} from '../../errors.ts';
import {glob} from '../../glob/glob.ts';
import {parseDuration} from '../../units/units.ts';
import type {ListedRun, RunOutcome} from '../../views/runs/model.ts';

/** Which runs are listed: those that meet every condition. Hosts, guests and tickets may contain `*` and `?`. */
export type RunFilter = {
	readonly host?: string;
	readonly guest?: string;
	readonly operator?: string;
	readonly ticket?: string;
	readonly outcome?: RunOutcome;
	/** A time such as `2026-11-30`, or how long ago, such as `30d`. */
	readonly since?: string;
};

/**
 * The runs that meet every condition. A run that cannot be read meets none but its outcome.
 *
 * @throws InputError for a time that cannot be read.
 */
export function filterRuns(runs: readonly ListedRun[], filter: RunFilter, now: number): readonly ListedRun[] {
	const {host, guest, operator, ticket, outcome, since} = filter;
	const from = since === undefined ? undefined : parseSince(since, now);
	const isOneOf = (pattern: string | undefined, names: readonly (string | undefined)[]) =>
		pattern === undefined || names.some(name => name !== undefined && glob(pattern)(name));
	return runs.filter(({outcome: own, summary}) => {
		if (outcome !== undefined && own !== outcome) return false;
		if (summary === undefined) return [host, guest, operator, ticket, since].every(one => one === undefined);
		return (
			isOneOf(host, summary.hosts) &&
			isOneOf(guest, [...summary.moved, ...summary.notMoved]) &&
			isOneOf(operator, [summary.operator, summary.sudoUser]) &&
			isOneOf(ticket, [summary.ticket]) &&
			(from === undefined || summary.began >= from)
		);
	});
}

/** `30d` ago, or a time in UTC: `2026-11-30`, `2026-11-30T18:00`. */
function parseSince(text: string, now: number): number {
	const [time, clock] = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2})?)?Z?$/.exec(text) ?? [];
	if (time === undefined) return now - parseAge('--since', text);
	const at = Date.parse(clock === undefined || time.endsWith('Z') ? time : `${time}Z`);
	if (Number.isNaN(at)) throw wrong('--since', text);
	return at;
}

/** `30d` in milliseconds. @throws InputError that names the option. */
export function parseAge(option: string, text: string): number {
	try {
		return parseDuration(text);
	} catch (error) {
		throw error instanceof InputError ? wrong(option, text) : error;
	}
}

function wrong(option: string, text: string): InputError {
	const hint = `write how long ago, such as 30d or 12h${option === '--since' ? ', or a time such as 2026-11-30' : ''}`;
	return new InputError([
		{message: `${option}: ${JSON.stringify(text)} is not ${option === '--since' ? 'a time' : 'an age'}`, hint},
	]);
}
