import type {Command} from 'commander';
import {continueCommand} from '../continue-command.ts';
import type {WrapPorts} from '../ports.ts';

/** `vacate undo RUN`: undoes a run. */
export function undoCommand(wrapPorts: WrapPorts): Command {
	return continueCommand(wrapPorts, 'undo', 'Undo everything a run did that can be undone, in reverse order.');
}
