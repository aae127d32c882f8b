import {hostScope} from '../../plan/variables.ts';
import type {PlaybookTask} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import {knownText} from '../conditions.ts';
import {UndecidedError} from '../undecided-error.ts';
import type {PlayRun} from './play-state.ts';

/** The name of a task or handler for a host. If its expressions cannot be evaluated, it is shown as written. */
export function titleFor(
	{name, title, vars, includeVars}: Pick<PlaybookTask, 'name' | 'title' | 'vars' | 'includeVars'>,
	host: string,
	run: PlayRun,
): string {
	if (title === undefined) return name;
	try {
		return knownText(title.evaluate(hostScope(run.setting, host, {vars, includeVars})));
	} catch (error) {
		if (error instanceof TemplateError || error instanceof UndecidedError) return name;
		throw error;
	}
}
