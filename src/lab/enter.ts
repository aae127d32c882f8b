import {decorate} from '../shell/decorate.ts';
import {localShell} from '../shell/local.ts';
import type {Shell} from '../shell/shell.ts';
import {childOf} from './process.ts';
import type {Lab} from './state.ts';

/** Runs commands inside the lab's hosts, without using their network: for tests, faults and readings. */
export function labShell(lab: Lab): Shell {
	return decorate(localShell(), async (command, run) =>
		run({...command, argv: ['nsenter', ...target(lab, command.host), ...command.argv]}),
	);
}

function target(lab: Lab, host: string): readonly string[] {
	const init = lab.inits[host];
	const pid = init === undefined ? undefined : childOf(init.pid);
	if (pid === undefined) throw new Error(`host ${host} of the lab is not running`);
	return ['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--wd=/', '--'];
}
