import type {Operator} from '../../engine/ports.ts';
import {InterruptedError, PrerequisiteError, StepError} from '../../errors.ts';
import type {View} from '../../views/view.ts';
import {askLine} from './prompt.ts';
import type {Signals} from './signals.ts';

/** The operator at the terminal during a run. */
export function operatorAt(view: Pick<View, 'tell' | 'suspend'>, {abort}: Pick<Signals, 'abort'>): Operator {
	return {
		tell: text => view.tell(text),
		async ask(question, kind, signal) {
			try {
				return await view.suspend(() => askLine(`${question}: `, kind, signal));
			} catch (error) {
				// During a question, Ctrl-C is read as a key and sends no signal.
				if (error instanceof InterruptedError) abort();
				if (!(error instanceof PrerequisiteError)) throw error;
				throw new StepError(`cannot ask without a terminal: ${question}`, 'run vacate on a terminal', {retry: 'never'});
			}
		},
	};
}
