import type {Command} from 'commander';
import {continueCommand} from '../continue-command.ts';
import type {WrapPorts} from '../ports.ts';

/** `vacate resume RUN`: finishes an interrupted run. */
export function resumeCommand(wrapPorts: WrapPorts): Command {
	return continueCommand(wrapPorts, 'resume', 'Finish an interrupted run.');
}
