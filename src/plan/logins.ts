import {InputError, type Problem} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import type {Play, Playbook} from '../playbook/model.ts';
import {Scope} from '../template/scope.ts';
import {asText} from '../template/value.ts';
import {hostsOfPlay} from './check.ts';

/** How a host is logged in to, where its variables do not say. */
export type Login = {readonly user?: string; readonly port?: string};

/**
 * What the plays of a run say of logging in, by host. A connection is kept for the whole run, so a host has one way.
 *
 * @throws InputError for a host of which two plays say different things.
 */
export function loginsOf(
	{plays}: Playbook,
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Login> {
	const logins = new Map<string, Login>();
	const problems: Problem[] = [];
	for (const play of plays) {
		const login = loginOf(play, inventory, given);
		if (login.user === undefined && login.port === undefined) continue;
		for (const host of hostsOfPlay(play, inventory, given)) {
			const known = logins.get(host) ?? login;
			logins.set(host, known);
			if (known.user === login.user && known.port === login.port) continue;
			problems.push(
				play.place.problem(
					`another play logs in to ${host} in another way`,
					login.user === known.user ? '/port' : '/remote_user',
					'write ansible_user and ansible_port in the inventory',
				),
			);
			break;
		}
	}
	if (problems.length > 0) throw new InputError(problems);
	return logins;
}

function loginOf({login, vars}: Play, {outside}: Inventory, given: Readonly<Record<string, unknown>>): Login {
	const scope = Scope.within(outside, [{data: given}, {written: vars}]);
	const {user, port} = login;
	return {
		...(user === undefined ? {} : {user: asText(user.evaluate(scope))}),
		...(port === undefined ? {} : {port: asText(port.evaluate(scope))}),
	};
}
