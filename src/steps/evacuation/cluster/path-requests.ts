import type {Facts, Request} from '../../../facts/facts.ts';
import type {Peer, PlanContext} from '../../step.ts';

/** The request for the path speed between two hosts; none for a host without an address. */
export function pathSpeedRequest(
	host: string,
	to: string,
	peer: PlanContext['peer'],
): readonly Request<'path-speed'>[] {
	const address = peer(to)?.address;
	return address === undefined || host === to ? [] : [{kind: 'path-speed', host, to, address}];
}

/**
 * The request to probe the ports of a move, in the range of the destination's qemu.conf; none while that is unknown.
 * Whether the source can log in there is a separate request.
 */
export function pathProbeRequest(
	host: string,
	{host: to, address, listen, disksPort}: Peer,
	asked: number | undefined,
	facts: Facts,
): readonly Request<'path-probe'>[] {
	const range = facts.get({kind: 'qemu-conf', host: to})?.ports;
	if (range === undefined) return [];
	const port = asked ?? disksPort;
	const ports = port === undefined ? [] : [port];
	return [
		{kind: 'path-probe', host, to, trial: {address, ...(listen === undefined ? {} : {listen}), ports, count: 2, range}},
	];
}
