import type {GuestMove} from '../../steps/step.ts';
import {stepOf} from './resume.ts';
import type {Replay} from './replay.ts';
import type {RunState} from '../run-state.ts';

/** The moves of guests that a run has brought to their end, in the order in which they began. */
export function movesOf({accounts}: Replay, steps: RunState['input']['steps']): readonly GuestMove[] {
	return accounts
		.filter(({phase}) => phase === 'succeeded')
		.flatMap(account => stepOf(account, steps).guest?.(account.action, account.receipt) ?? []);
}
