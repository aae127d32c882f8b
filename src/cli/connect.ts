import {localShell} from '../shell/local.ts';
import {openSsh, type SshShell} from '../ssh/shell.ts';
import {commandText} from '../views/commands.ts';
import type {View} from '../views/view.ts';
import {Endpoints, type HostSources} from './endpoints.ts';
import type {Access} from './options/access.ts';
import {askSecret} from './terminal/prompt.ts';

/** A shell for all hosts of the inventory. It connects to a host with the first command for it. */
export function connect(sources: HostSources, access: Access, view: Pick<View, 'tell' | 'suspend'>): SshShell {
	return openSsh(new Endpoints(sources, access), localShell(), {
		askSecret: question => view.suspend(() => askSecret(question)),
		tell: text => view.tell(text),
		ended(command, outcome) {
			const text = commandText(command, outcome, access.verbosity);
			if (text !== undefined) view.tell(text);
		},
	});
}

/** Messages and prompts on standard error, because standard output holds the result. */
export const stderrConsole: Pick<View, 'tell' | 'suspend'> = {
	tell: text => void process.stderr.write(`${text}\n`),
	suspend: question => question(),
};
