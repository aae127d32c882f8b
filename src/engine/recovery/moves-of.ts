import type {GuestMove} from '../../steps/step.ts';
import type {RunState} from '../run-state.ts';
import type {JournalReplay} from './replay.ts';
import {stepOf} from './resume.ts';

/** The completed moves of a run, in the order of their start. */
export function movesOf({actions}: JournalReplay, steps: RunState['input']['steps']): readonly GuestMove[] {
	return actions
		.filter(({phase}) => phase === 'succeeded')
		.flatMap(account => stepOf(account, steps).guest?.(account.action, account.receipt) ?? []);
}
