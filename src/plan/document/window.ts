import type {Plan} from './model.ts';

/** The plan with the result for a time window, including the guests that would exceed it, in plan order. */
export function inWindow(plan: Plan, windowMs: number): Plan {
	const seconds = Math.floor(windowMs / 1000);
	const late = plan.actions.filter(
		({expected, skip}) =>
			skip === undefined && expected !== undefined && expected.starts_after_seconds + expected.seconds > seconds,
	);
	const names = [...new Set(late.map(({guest, title}) => guest ?? title))];
	return {...plan, expected: {...plan.expected, window: {seconds, leave_out: names}}};
}
