import {readFile} from 'node:fs/promises';
import {movesMayRunUntil} from '../approval/policy-window.ts';
import {PrerequisiteError} from '../errors.ts';
import type {WhyNotNow} from '../steps/step.ts';
import {readPolicy} from '../store/policy-file.ts';

/** Why no move may begin by the calendars of this machine's policy; undefined where it has none. */
export async function policyWindow(now = new Date()): Promise<WhyNotNow | undefined> {
	const read = await readPolicy();
	const {zone, allowed, frozen} = read?.policy.calendars ?? {};
	if (allowed === undefined && frozen === undefined) return undefined;
	const until = movesMayRunUntil(
		{
			...(zone === undefined ? {} : {zone}),
			...(allowed === undefined ? {} : {allowed: await textsOf(allowed)}),
			...(frozen === undefined ? {} : {frozen: await textsOf(frozen)}),
		},
		now,
	);
	if (until === undefined) return undefined;
	if (until === 'closed') return () => `the calendars of the policy ${read?.file} do not allow it now`;
	const end = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
	return (at, durationMs) =>
		at + durationMs <= until
			? undefined
			: `it is expected to take ${Math.ceil(durationMs / 1000)} s, and the policy allows moves until ${end}`;
}

function textsOf(files: readonly string[]): Promise<readonly string[]> {
	return Promise.all(
		files.map(file =>
			readFile(file, 'utf8').catch((error: Error) => {
				throw new PrerequisiteError(`the calendar ${file} cannot be read: ${error.message}`);
			}),
		),
	);
}
