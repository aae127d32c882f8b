import type {Facts, Value} from '../../../facts/facts.ts';
import type {PathFacts} from '../../../preflight/facts.ts';
import type {PlanContext} from '../../step.ts';
import {pathProbeRequest, pathSpeedRequest} from '../cluster/path-requests.ts';

/** libvirt's default range for memory and disks. */
const usualPorts = '49152-49215';

/** The facts of the path from the source to a destination; undefined if it is not in the inventory. */
export function pathFacts(
	source: string,
	destination: string,
	disksPort: number | undefined,
	at: PlanContext,
	facts: Facts,
): PathFacts | undefined {
	const peer = at.peer(destination);
	if (peer === undefined) return undefined;
	const login = facts.get({kind: 'login', host: source, uri: peer.uri});
	const [probe] = pathProbeRequest(source, peer, disksPort, facts);
	const ports = probe && facts.get(probe)?.ports;
	const range = facts.get({kind: 'qemu-conf', host: destination})?.ports;
	const [measured] = pathSpeedRequest(source, destination, at.peer).map(request => facts.get(request));
	const [here, there] = [linkOf(source, at, facts), linkOf(destination, at, facts)];
	const speeds = [here.bytesPerSecond, there.bytesPerSecond];
	const known = speeds.filter(speed => speed !== undefined);
	return {
		destination,
		uri: peer.uri,
		address: peer.address,
		portRange: String(disksPort ?? peer.disksPort ?? (range === undefined ? usualPorts : `${range.min}-${range.max}`)),
		...(login === undefined ? {} : {login}),
		...(ports === undefined ? {} : {ports}),
		...(known.length < speeds.length ? {} : {linkBytesPerSecond: Math.min(...known)}),
		...(measured === undefined ? {} : {measuredBytesPerSecond: measured.bytesPerSecond}),
		...mtuOf(measured, here.mtu, there.mtu),
	};
}

type Link = {readonly bytesPerSecond?: number | undefined; readonly mtu?: number};

/** The NIC that has the migration address. The speed in the inventory overrides its speed. */
function linkOf(host: string, at: PlanContext, facts: Facts): Link {
	const peer = at.peer(host);
	const links = facts.get({kind: 'capabilities', host})?.links ?? [];
	const card = links.find(({addresses}) => peer !== undefined && addresses.includes(peer.address));
	return {
		bytesPerSecond: peer?.bytesPerSecond ?? card?.bytesPerSecond,
		...(card === undefined ? {} : {mtu: card.mtu}),
	};
}

function mtuOf(
	measured: Value<'path-speed'> | undefined,
	here: number | undefined,
	there: number | undefined,
): Pick<PathFacts, 'mtu'> {
	const source = measured?.mtu ?? here;
	if (source === undefined) return {};
	// If only the NIC of the source is known, the packets that were sent determine the rest.
	const destination = there ?? (measured?.passes === undefined ? undefined : source);
	if (destination === undefined) return {};
	return {mtu: {source, destination, ...(measured?.passes === undefined ? {} : {passes: measured.passes})}};
}
