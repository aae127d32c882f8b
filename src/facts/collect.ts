import {dirname} from 'node:path/posix';
import {isHostFailure} from '../errors.ts';
import type {FactRequest, Facts} from './facts.ts';
import type {Gatherer} from './gather.ts';
import {Snapshot} from './snapshot.ts';

/** Facts of several hosts, and the hosts that did not respond. */
export type Collected = {
	readonly facts: Facts;
	readonly silent: readonly {readonly host: string; readonly reason: string}[];
};

/**
 * Reads everything that a plan may require from all hosts concurrently. `needs` returns the required facts, given those
 * known so far, for the hosts that respond. Unreadable facts are omitted, and reported by whatever requires them.
 */
export async function collectFacts(
	gatherer: Gatherer,
	hosts: readonly string[],
	needs: (hosts: readonly string[], facts: Facts) => readonly FactRequest[],
): Promise<Collected> {
	const snapshot = new Snapshot(gatherer);
	const answers = await Promise.all(hosts.map(host => answerOf(host, snapshot)));
	const silent = answers.flatMap(answer => ('reason' in answer ? [answer] : []));
	const heard = answers.flatMap(answer => ('reason' in answer ? [] : [answer.host]));
	const asked = new Set<string>();
	for (;;) {
		const facts = await snapshot.facts();
		const missing = [...needs(heard, facts), ...moveNeeds(heard, facts)].filter(
			request => !asked.has(JSON.stringify(request)),
		);
		if (missing.length === 0) return {facts, silent};
		for (const request of missing) asked.add(JSON.stringify(request));
		await lenient(snapshot, missing);
	}
}

/** The facts required to move any guest between any of the hosts, given those known so far. */
function moveNeeds(hosts: readonly string[], facts: Facts): readonly FactRequest[] {
	const ofHosts = hosts.flatMap((host): FactRequest[] => [
		{kind: 'host', host},
		{kind: 'domain-artifacts', host},
		{kind: 'kept-copies', host},
		{kind: 'disk-users', host},
		{kind: 'ports', host},
		{kind: 'qemu-conf', host},
		{kind: 'addresses', host},
		{kind: 'migrate-options', host},
		// A playbook may require encrypted moves, which is not known yet.
		{kind: 'certificates', host},
	]);
	const domains = hosts.flatMap(host =>
		(facts.get({kind: 'domains', host}) ?? []).map(({uuid}) => ({kind: 'domain', host, uuid}) as const),
	);
	const disks = domains.flatMap(request =>
		(facts.get(request)?.disks ?? []).flatMap(({path, format, type}) =>
			path === undefined || type !== 'file' ? [] : [{host: request.host, path, format}],
		),
	);
	const ofDisks = disks.flatMap(({host, path, format}): FactRequest[] => [
		{kind: 'image', host, path, format},
		{kind: 'path', host, path},
		...hosts
			.filter(other => other !== host)
			.flatMap((other): FactRequest[] => [
				{kind: 'path', host: other, path},
				{kind: 'folder', host: other, path: dirname(path)},
			]),
	]);
	return [...ofHosts, ...domains, ...ofDisks];
}

type Answer = {readonly host: string} | {readonly host: string; readonly reason: string};

async function answerOf(host: string, snapshot: Snapshot): Promise<Answer> {
	try {
		await snapshot.read([{kind: 'domains', host}]);
		return {host};
	} catch (error) {
		if (!isHostFailure(error)) throw error;
		return {host, reason: error.message};
	}
}

async function lenient(snapshot: Snapshot, requests: readonly FactRequest[]): Promise<void> {
	const results = await Promise.allSettled(requests.map(request => snapshot.read([request])));
	for (const result of results) if (result.status === 'rejected' && !isHostFailure(result.reason)) throw result.reason;
}
