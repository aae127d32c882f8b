import {dirname} from 'node:path/posix';
import {CommandError, ConnectionLostError, UnreachableError} from '../errors.ts';
import type {FactRequest, Facts} from './facts.ts';
import type {Gatherer} from './gather.ts';
import {Snapshot} from './snapshot.ts';

/** Facts of many hosts, and the hosts that did not answer. */
export type Collected = {
	readonly facts: Facts;
	readonly silent: readonly {readonly host: string; readonly reason: string}[];
};

/** Reads all that a plan may need, from all hosts at once: who is there, their definitions, their disks. */
export async function collectFacts(gatherer: Gatherer, hosts: readonly string[]): Promise<Collected> {
	const snapshot = new Snapshot(gatherer);
	const answers = await Promise.all(hosts.map(host => answerOf(host, snapshot)));
	const silent = answers.flatMap(answer => ('reason' in answer ? [answer] : []));
	const heard = answers.flatMap(answer => ('host' in answer && !('reason' in answer) ? [answer.host] : []));
	const counted = await snapshot.facts();
	const domains = heard.flatMap(host =>
		(counted.get({kind: 'census', host}) ?? []).map(({uuid}) => ({kind: 'domain', host, uuid}) as const),
	);
	await lenient(snapshot, domains);
	const defined = await snapshot.facts();
	const disks = domains.flatMap(request =>
		(defined.get(request)?.disks ?? []).flatMap(({path, format, type}) =>
			path === undefined || type !== 'file' ? [] : [{host: request.host, path, format}],
		),
	);
	await lenient(
		snapshot,
		disks.flatMap(({host, path, format}): FactRequest[] => [
			{kind: 'image', host, path, format},
			{kind: 'path', host, path},
			...heard
				.filter(other => other !== host)
				.flatMap((other): FactRequest[] => [
					{kind: 'path', host: other, path},
					{kind: 'folder', host: other, path: dirname(path)},
				]),
		]),
	);
	return {facts: await snapshot.facts(), silent};
}

type Answer = {readonly host: string} | {readonly host: string; readonly reason: string};

async function answerOf(host: string, snapshot: Snapshot): Promise<Answer> {
	try {
		await snapshot.read([
			{kind: 'census', host},
			{kind: 'host', host},
			{kind: 'kept', host},
			{kind: 'ports', host},
		]);
		return {host};
	} catch (error) {
		if (!isOfHost(error)) throw error;
		return {host, reason: error.message};
	}
}

/** What cannot be read is left out: who needs it will say so. */
async function lenient(snapshot: Snapshot, requests: readonly FactRequest[]): Promise<void> {
	const results = await Promise.allSettled(requests.map(request => snapshot.read([request])));
	for (const result of results) if (result.status === 'rejected' && !isOfHost(result.reason)) throw result.reason;
}

function isOfHost(error: unknown): error is Error {
	return error instanceof UnreachableError || error instanceof CommandError || error instanceof ConnectionLostError;
}
