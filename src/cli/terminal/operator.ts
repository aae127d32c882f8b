import type {Operator} from '../../engine/ports.ts';
import {InterruptedError, PrerequisiteError, StepError} from '../../errors.ts';
import type {View} from '../../views/view.ts';
import {askLine} from './ask.ts';
import type {Signals} from './signals.ts';

/** Whoever sits at the terminal while a run goes on. */
export function operatorAt(view: Pick<View, 'tell' | 'suspend'>, {abort}: Pick<Signals, 'abort'>): Operator {
	return {
		tell: text => view.tell(text),
		async ask(question, kind, signal) {
			try {
				return await view.suspend(() => askLine(`${question}: `, kind, signal));
			} catch (error) {
				// While a question is asked, Ctrl-C is a key as any other.
				if (error instanceof InterruptedError) abort();
				if (!(error instanceof PrerequisiteError)) throw error;
				throw new StepError(`nobody can be asked: ${question}`, 'run it on a terminal', {retry: 'never'});
			}
		},
	};
}
