import {runNames} from '../engine/run-names.ts';
import {InputError, type Problem} from '../errors.ts';
import {inventoryFor} from '../plan/adjacent-inventory.ts';
import {hostsOfPlay} from '../plan/check.ts';
import {type ConnectionSources, connectionVarsOf} from '../plan/connection-vars.ts';
import {type Login, loginsOf} from '../plan/logins.ts';
import {type Endpoint, type EndpointDefaults, endpointFromVars} from '../ssh/endpoint.ts';

/** What selects the connections to hosts. */
export type HostSources = Omit<ConnectionSources, 'names'>;

/** The SSH endpoint of each host, determined when it is first used: a host that is not used needs no valid connection. */
export class Endpoints {
	readonly #sources: ConnectionSources;
	readonly #access: EndpointDefaults;
	readonly #logins: ReadonlyMap<string, Login>;
	readonly #known = new Map<string, Endpoint>();

	constructor(sources: HostSources, access: EndpointDefaults) {
		const {playbook, inventory, given} = sources;
		this.#sources = {...sources, names: runNames(inventory, playbook?.file)};
		this.#access = access;
		this.#logins = playbook === undefined ? new Map() : loginsOf(playbook, inventory, given);
	}

	/** @throws InputError for invalid or unsupported connection variables. */
	get(host: string): Endpoint | undefined {
		if (!this.#sources.inventory.hosts.has(host)) return undefined;
		const known = this.#known.get(host) ?? this.#read(host);
		this.#known.set(host, known);
		return known;
	}

	#read(host: string): Endpoint {
		const vars = connectionVarsOf(host, this.#sources);
		return endpointFromVars(host, vars, {...this.#access, ...this.#logins.get(host)});
	}
}

/** The problems of the connections to the hosts of the plays, or to those of the limit. */
export function endpointProblems(sources: HostSources, limit?: ReadonlySet<string>): readonly Problem[] {
	const {playbook, inventory, given} = sources;
	const endpoints = new Endpoints(sources, {});
	const hosts = (playbook?.plays ?? []).flatMap(play => hostsOfPlay(play, inventoryFor(play, inventory), given, limit));
	return [...new Set(hosts)].flatMap(host => {
		try {
			endpoints.get(host);
			return [];
		} catch (error) {
			if (error instanceof InputError) return error.problems;
			throw error;
		}
	});
}
