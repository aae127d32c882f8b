import type {FactRequest, Facts} from './facts.ts';
import type {Gatherer} from './gather.ts';

/** A gatherer for a run: hosts locked by the run itself count as not locked. */
export function withoutOwnLock(base: Gatherer, run: string): Gatherer {
	return {
		async read(requests) {
			const facts = await base.read(requests);
			const own = requests.filter(request => isHeldBy(run, request, facts));
			return own.length === 0 ? facts : facts.with(own.map(request => [request, null] as const));
		},
	};
}

function isHeldBy(run: string, request: FactRequest, facts: Facts): boolean {
	return request.kind === 'lock' && facts.get(request)?.startsWith(`run ${run} `) === true;
}
