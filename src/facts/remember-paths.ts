import {isPathGood} from '../virsh/path-probe.ts';
import {type FactRequest, Facts, factKey, type Request} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A gatherer that tries the way between two hosts once, and when it was good takes it to stay so. */
export function rememberPaths(gatherer: Gatherer): Gatherer {
	const known = new Map<string, Promise<Facts>>();

	async function once(request: WayRequest): Promise<Facts> {
		const key = factKey(request);
		const reading = known.get(key) ?? gatherer.read([request]);
		known.set(key, reading);
		try {
			const facts = await reading;
			if (!isPathGood(facts.of<'way'>(request))) known.delete(key);
			return facts;
		} catch (error) {
			known.delete(key);
			throw error;
		}
	}

	return {
		async read(requests) {
			const others = requests.filter(request => !isWay(request));
			const ways = requests.filter(isWay);
			const [facts, ...found] = await Promise.all([gatherer.read(others), ...ways.map(once)]);
			return facts.with(
				ways.map((request, index) => [request, (found[index] ?? new Facts()).get<'way'>(request)] as const),
			);
		},
	};
}

type WayRequest = Request<'way'> & {readonly kind: 'way'};

function isWay(request: FactRequest): request is WayRequest {
	return request.kind === 'way';
}
