import type {Inventory} from '../inventory/inventory.ts';
import type {Login} from '../plan/logins.ts';
import {localShell} from '../shell/local.ts';
import {type Endpoint, type EndpointDefaults, endpointFromVars} from '../ssh/endpoint.ts';
import {openSsh, type SshShell} from '../ssh/shell.ts';
import {Scope} from '../template/scope.ts';
import {commandText} from '../views/commands.ts';
import type {View} from '../views/view.ts';
import type {Access} from './options/access.ts';
import {askSecret} from './terminal/prompt.ts';

/** A shell for all hosts of the inventory. It connects to a host with the first command for it. */
export function connect(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	access: Access,
	view: Pick<View, 'tell' | 'suspend'>,
	logins: ReadonlyMap<string, Login> = new Map(),
): SshShell {
	return openSsh(endpointsOf(inventory, given, access, logins), localShell(), {
		askSecret: question => view.suspend(() => askSecret(question)),
		tell: text => view.tell(text),
		ended(command, outcome) {
			const text = commandText(command, outcome, access.verbosity);
			if (text !== undefined) view.tell(text);
		},
	});
}

/** The SSH endpoint of each host, from its variables. */
function endpointsOf(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	access: EndpointDefaults,
	logins: ReadonlyMap<string, Login>,
): ReadonlyMap<string, Endpoint> {
	const endpoints = [...inventory.hosts.values()].map((host): [string, Endpoint] => {
		const scope = Scope.within(inventory.outside, [
			{data: given},
			{written: host.vars},
			{data: {inventory_hostname: host.name}},
		]);
		const names = Object.keys(host.vars).filter(name => name.startsWith('ansible_'));
		const vars = Object.fromEntries(names.map(name => [name, scope.lookup(name)?.value]));
		return [host.name, endpointFromVars(host.name, vars, {...access, ...logins.get(host.name)})];
	});
	return new Map(endpoints);
}

/** Messages and prompts on standard error, because standard output holds the result. */
export const stderrConsole: Pick<View, 'tell' | 'suspend'> = {
	tell: text => void process.stderr.write(`${text}\n`),
	suspend: question => question(),
};
