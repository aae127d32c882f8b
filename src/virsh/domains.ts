import type {Command} from '../shell/command.ts';
import {batch, splitBatch} from './batch.ts';
import {type DomainState, reasonOf, stateOf} from './states.ts';

/** One domain of a host, running or only defined. */
export type DomainStatus = {
	readonly uuid: string;
	readonly name: string;
	readonly state: DomainState;
	readonly reason: string;
	/** Has a definition that outlives its process. */
	readonly persistent: boolean;
	readonly autostart: boolean;
	readonly memoryKib: number;
	readonly vcpus: number;
};

const subcommands = [
	['list', '--all', '--uuid', '--name'],
	['list', '--all', '--uuid', '--persistent'],
	['list', '--all', '--uuid', '--autostart'],
	['domstats', '--raw', '--nowait', '--state', '--balloon', '--vcpu'],
] as const;

/** Who is on this host? Numbers and UUIDs only, so that no language and no table layout matters. */
export function listDomains(host: string): Command {
	return batch(host, subcommands);
}

/** @throws Error when a part of the answer is missing or does not fit the rest. */
export function parseDomains(stdout: string): readonly DomainStatus[] {
	const [names = '', persistent = '', autostart = '', stats = ''] = splitBatch(stdout, subcommands.length);
	const isPersistent = new Set(uuids(persistent));
	const startsItself = new Set(uuids(autostart));
	const byName = parseDomstats(stats);
	return [...names.matchAll(/^([0-9a-f-]{36}) +(.*?) *$/gm)].flatMap(([, uuid = '', name = '']) => {
		const domain = byName.get(name);
		// Listed, and gone before its state was asked for.
		if (domain === undefined) return [];
		const state = stateOf(Number(domain.get('state.state')));
		return {
			uuid,
			name,
			state,
			reason: reasonOf(state, Number(domain.get('state.reason'))),
			persistent: isPersistent.has(uuid),
			autostart: startsItself.has(uuid),
			memoryKib: Number(domain.get('balloon.maximum') ?? 0),
			vcpus: Number(domain.get('vcpu.current') ?? 0),
		};
	});
}

function uuids(text: string): readonly string[] {
	return text.match(/^[0-9a-f-]{36}/gm) ?? [];
}

/** `domstats` groups its `key=value` lines under `Domain: 'name'`. */
function parseDomstats(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
	const domains = new Map<string, Map<string, string>>();
	let current: Map<string, string> | undefined;
	for (const line of text.split('\n')) {
		const name = /^Domain: '(.*)'$/.exec(line)?.[1];
		if (name !== undefined) {
			current = new Map();
			domains.set(name, current);
		}
		const [, key, value] = /^ {2}([^=]+)=(.*)$/.exec(line) ?? [];
		if (key !== undefined && value !== undefined) current?.set(key, value);
	}
	return domains;
}
