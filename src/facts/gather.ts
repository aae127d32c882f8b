import {setTimeout as wait} from 'node:timers/promises';
import type {Shell} from '../shell/shell.ts';
import {type FactKind, type FactRequest, Facts, factKey} from './facts.ts';
import {readers} from './read.ts';

/** Reads facts from hosts. */
export interface Gatherer {
	/**
	 * Reads all requested facts after the call.
	 *
	 * @throws the first CommandError, ConnectionLostError or UnreachableError.
	 */
	read(requests: readonly FactRequest[]): Promise<Facts>;
}

/**
 * A gatherer that batches concurrent requests, so that monitoring twenty guests
 * costs a host one virsh process instead of twenty.
 */
export function createGatherer(shell: Shell, collectForMs = 4): Gatherer {
	let collecting: {readonly asked: Map<string, FactRequest>; readonly answers: Promise<Answers>} | undefined;

	function collect(): NonNullable<typeof collecting> {
		const asked = new Map<string, FactRequest>();
		const answers = wait(collectForMs).then(() => {
			collecting = undefined;
			return answer(shell, [...asked.values()]);
		});
		return {asked, answers};
	}

	return {
		async read(requests) {
			if (requests.length === 0) return new Facts();
			collecting ??= collect();
			const {asked, answers} = collecting;
			for (const request of requests) asked.set(factKey(request), request);
			const all = await answers;
			const readings = requests.map(async request => [request, await all.get(factKey(request))] as const);
			return new Facts().with(await Promise.all(readings));
		},
	};
}

type Answers = ReadonlyMap<string, Promise<unknown>>;

/** Starts reading. Each request has its own promise, so that a failure affects only its own request. */
function answer(shell: Shell, requests: readonly FactRequest[]): Answers {
	const answers = new Map<string, Promise<unknown>>();
	for (const {kind, host, group} of groupByReader(requests)) {
		const values = readGroup(shell, kind, host, group);
		for (const [index, request] of group.entries()) {
			const value = 'then' in values ? values.then(all => all[index]) : Promise.resolve(values[index]);
			// The caller handles the rejection; if it no longer waits, this must not be an unhandled rejection.
			value.catch(() => {});
			answers.set(factKey(request), value);
		}
	}
	return answers;
}

type Group = {readonly kind: FactKind; readonly host: string; readonly group: FactRequest[]};

function groupByReader(requests: readonly FactRequest[]): Iterable<Group> {
	const groups = new Map<string, Group>();
	for (const request of requests) {
		const {kind, host} = request;
		const name = `${host} ${kind}`;
		const group = groups.get(name) ?? {kind, host, group: []};
		group.group.push(request);
		groups.set(name, group);
	}
	return groups.values();
}

function readGroup(shell: Shell, kind: FactKind, host: string, group: readonly FactRequest[]): ReturnType<AnyReader> {
	const reader = readers[kind] as AnyReader;
	return reader(shell, host, group);
}

type AnyReader = (
	shell: Shell,
	host: string,
	requests: readonly FactRequest[],
) => Promise<readonly unknown[]> | readonly Promise<unknown>[];
