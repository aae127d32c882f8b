import {usualMib} from '../../schedule/bandwidth.ts';
import {defaultAssumptions, predict, type Timeout} from '../../schedule/predict.ts';
import type {MoveLoad} from '../../steps/move-load.ts';
import type {PartExpected} from '../../steps/step.ts';
import type {ActionExpected} from './model.ts';

/** The assumptions of the estimates. */
export const assuming = 'NIC link speed (1 Gbit/s if unknown) and 10 % dirtied memory, unless measured';

/** The estimates of a chosen move, in whole seconds. */
export function expectedAs({
	startMs,
	durationMs,
	bytes,
	pauseMs,
	waitsFor,
	endless = false,
	timeout,
}: PartExpected): ActionExpected {
	const seconds = (ms: number) => Math.ceil(ms / 1000);
	return {
		starts_after_seconds: seconds(startMs),
		seconds: seconds(durationMs),
		bytes,
		pause_ms: pauseMs,
		...(waitsFor === undefined ? {} : {waits_for: waitsFor}),
		...(endless ? {endless} : {}),
		...timeoutOf(timeout),
	};
}

/** The estimates of a move that starts immediately and does not share its link. */
export function expectedOf(load: MoveLoad | undefined): ActionExpected | undefined {
	if (load === undefined) return undefined;
	const {state, isStopped, diskBytes, bandwidthMib} = load;
	const share = Math.max(1, Math.floor(usualMib / Math.max(1, diskBytes.length)));
	const {bytes, durationMs, pauseMs, converges, timeout} = predict(
		{...load, mode: state === 'off' || isStopped === true ? 'cold' : 'live'},
		Math.min(share, bandwidthMib ?? share),
		defaultAssumptions,
	);
	const part = {startMs: 0, durationMs, bytes, pauseMs, ...(converges === 'never' ? {endless: true} : {})};
	return expectedAs(timeout === undefined ? part : {...part, timeout});
}

function timeoutOf(timeout: Timeout | undefined): Pick<ActionExpected, 'timeout'> {
	if (timeout === undefined) return {};
	const {phase, cause, afterMs, timeoutAction: action} = timeout;
	return {timeout: {phase, cause, after_seconds: Math.ceil(afterMs / 1000), action}};
}
