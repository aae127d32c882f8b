import type {GuestMove} from '../../steps/step.ts';
import type {RunState} from '../run-state.ts';
import type {GuestNotMoved, JournalReplay} from './replay.ts';
import {stepOf} from './resume.ts';

/** The completed moves of a run, in the order of their start. */
export function movesOf({actions}: JournalReplay, steps: RunState['input']['steps']): readonly GuestMove[] {
	return actions
		.filter(({phase}) => phase === 'succeeded')
		.flatMap(account => stepOf(account, steps).guest?.(account.action, account.receipt) ?? []);
}

/** The guests that were selected and stayed, without those that moved later. `moves` are those of `movesOf`. */
export function guestsLeft({left}: JournalReplay, moves: readonly GuestMove[]): readonly GuestNotMoved[] {
	return left.filter(({guest, host}) => !moves.some(move => move.guest === guest && move.from === host));
}
