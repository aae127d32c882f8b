import {isHostFailure} from '../errors.ts';
import {type FactRequest, Facts} from '../facts/facts.ts';
import type {Gatherer} from '../facts/gather.ts';
import {stockOf, stockRequests} from '../steps/evacuation/kept-stock.ts';
import type {HostStock} from '../views/kept-copies.ts';

/** The kept copies of hosts, and the hosts that could not be read. */
export type Stock = {
	readonly stocks: readonly HostStock[];
	readonly silent: readonly {readonly host: string; readonly reason: string}[];
};

/** Reads the kept copies of hosts. An unreachable host is reported, and proves no copy unused. */
export async function readStock(gatherer: Gatherer, hosts: readonly string[], all: readonly string[]): Promise<Stock> {
	let facts = new Facts();
	for (;;) {
		const wanted = hosts.flatMap(host => stockRequests(host, all, facts));
		const missing = wanted.filter(request => !facts.has(request));
		if (missing.length === 0) break;
		const answers = await Promise.all(missing.map(request => readOne(gatherer, request)));
		facts = facts.with(
			answers.flatMap(({request, value, why}) => (why === undefined ? [[request, value] as const] : [])),
			answers.flatMap(({request, why}) => (why === undefined ? [] : [[request, {why, answered: false}] as const])),
		);
	}
	const stocks = hosts.flatMap((host): readonly HostStock[] => {
		const kept = facts.get({kind: 'kept-copies', host});
		return kept === undefined ? [] : [{host, clockSeconds: kept.clockSeconds, entries: stockOf(host, all, facts)}];
	});
	const silent = hosts.flatMap(host => {
		const why = facts.whyUnread({kind: 'kept-copies', host})?.why;
		return why === undefined ? [] : [{host, reason: why}];
	});
	return {stocks, silent};
}

async function readOne(gatherer: Gatherer, request: FactRequest) {
	try {
		return {request, value: (await gatherer.read([request])).get(request)};
	} catch (error) {
		if (!isHostFailure(error)) throw error;
		return {request, why: error.message};
	}
}
