import {readFileSync} from 'node:fs';
import {movesMayRunUntil, type PolicyCalendars} from '../approval/policy-window.ts';
import {PrerequisiteError} from '../errors.ts';
import {whyTooLong} from '../schedule/clock-window.ts';
import type {WhyNotNow} from '../steps/step.ts';
import type {ReadPolicy} from '../store/policy-file.ts';

/**
 * Why no move may begin according to the calendars of the policy; undefined if it has none. They are read again before
 * each move, so that a freeze that is added during a run holds for the rest of it.
 *
 * @throws PrerequisiteError if a calendar cannot be read at the start. Later, this is a reason not to begin a move.
 */
export function policyWindow(read: ReadPolicy | undefined): WhyNotNow | undefined {
	const {zone, allowed, frozen} = read?.policy.calendars ?? {};
	if (read === undefined || (allowed === undefined && frozen === undefined)) return undefined;
	const calendars = (): PolicyCalendars => ({
		...(zone === undefined ? {} : {zone}),
		...(allowed === undefined ? {} : {allowed: allowed.map(textOf)}),
		...(frozen === undefined ? {} : {frozen: frozen.map(textOf)}),
	});
	calendars();
	return (now, durationMs) => {
		try {
			const until = movesMayRunUntil(calendars(), new Date(now));
			if (until === undefined) return undefined;
			if (until === 'closed') return `the calendars of the policy ${read.file} do not allow it now`;
			if (now + durationMs <= until) return undefined;
			const end = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
			return whyTooLong(durationMs, `the policy allows moves until ${end}`);
		} catch (error) {
			return (error as Error).message;
		}
	};
}

function textOf(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new PrerequisiteError(`the calendar ${file} cannot be read: ${(error as Error).message}`);
	}
}
