import {isPathGood} from '../virsh/migration/path-probe.ts';
import {type FactRequest, Facts, factKey, type Request} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A gatherer that does not repeat successful path probes between two hosts. */
export function rememberPaths(gatherer: Gatherer): Gatherer {
	const known = new Map<string, Promise<Facts>>();

	async function once(request: PathProbeFactRequest): Promise<Facts> {
		const key = factKey(request);
		const reading = known.get(key) ?? gatherer.read([request]);
		known.set(key, reading);
		try {
			const facts = await reading;
			if (!isPathGood(facts.of<'path-probe'>(request))) known.delete(key);
			return facts;
		} catch (error) {
			known.delete(key);
			throw error;
		}
	}

	return {
		async read(requests) {
			const others = requests.filter(request => !isWay(request));
			const probes = requests.filter(isWay);
			const [facts, ...found] = await Promise.all([gatherer.read(others), ...probes.map(once)]);
			return facts.with(
				probes.map((request, index) => [request, (found[index] ?? new Facts()).get<'path-probe'>(request)] as const),
			);
		},
	};
}

type PathProbeFactRequest = Request<'path-probe'> & {readonly kind: 'path-probe'};

function isWay(request: FactRequest): request is PathProbeFactRequest {
	return request.kind === 'path-probe';
}
