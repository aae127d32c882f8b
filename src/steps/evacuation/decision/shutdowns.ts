import type {ClusterGuest} from '../../../placement/cluster.ts';
import type {ShutdownParams} from '../../migration/shutdown.ts';
import type {EvacuateParams} from '../evacuate-params.ts';
import {chosen} from './selection.ts';

/** How a running guest is shut down if it moves cold; undefined for a guest that is shut off. */
export function shutdownFor(
	guest: ClusterGuest | undefined,
	{shutdown = {}, each = []}: Pick<EvacuateParams, 'shutdown' | 'each'>,
): ShutdownParams | undefined {
	if (guest === undefined || guest.state === 'off') return undefined;
	const own = each.filter(one => chosen([guest], one.guests).length > 0);
	return Object.assign({}, shutdown, ...own.map(one => one.shutdown));
}
