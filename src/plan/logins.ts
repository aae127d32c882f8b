import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import type {Play, Playbook} from '../playbook/model.ts';
import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import {asText} from '../template/value.ts';
import {hostsOfPlay} from './check.ts';

/** How to log in to a host, unless its variables define it. */
export type Login = {readonly user?: string; readonly port?: string};

/**
 * The login settings of the plays, by host. Connections are kept for the whole run, so each host has only one.
 *
 * @throws InputError for a host with different settings in two plays, and for an expression without a value.
 */
export function loginsOf(
	{plays}: Playbook,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Login> {
	const logins = new Map<string, Login>();
	const problems: Problem[] = [];
	for (const play of plays) {
		if (play.login.user === undefined && play.login.port === undefined) continue;
		try {
			for (const host of hostsOfPlay(play, inventory, given)) {
				const login = loginTo(host, play, inventory, given);
				const known = logins.get(host) ?? login;
				logins.set(host, known);
				if (known.user === login.user && known.port === login.port) continue;
				problems.push(contradiction(host, play, login.user === known.user ? '/port' : '/remote_user'));
				break;
			}
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			problems.push(play.place.problemAt(error.message, error.position, error.hint));
		}
	}
	if (problems.length > 0) throw new InputError(problems);
	return logins;
}

function contradiction(host: string, {place}: Play, pointer: string): Problem {
	const hint = 'set ansible_user and ansible_port in the inventory';
	return place.problem(`another play connects to ${host} with a different user or port`, pointer, hint);
}

function loginTo(
	host: string,
	{login, vars}: Play,
	{outside, hosts}: Inventory,
	given: Readonly<Record<string, unknown>>,
): Login {
	const scope = Scope.within(outside, [
		{data: given},
		{written: vars},
		{written: hosts.get(host)?.vars ?? {}},
		{data: {inventory_hostname: host}},
	]);
	const {user, port} = login;
	return {
		...(user === undefined ? {} : {user: asText(user.evaluate(scope))}),
		...(port === undefined ? {} : {port: asText(port.evaluate(scope))}),
	};
}
