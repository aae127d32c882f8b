import type {LabHost} from '../layout.ts';
import type {Lab} from '../state.ts';
import {processFaults, startDead, wakeAll} from './daemons.ts';
import {emptyDisk, freeOnSmallDisk} from './disk.ts';
import type {Fault} from './fault.ts';
import {isLinkCut, restoreLink} from './link.ts';
import {packetFaults, unblock} from './packets.ts';
import {freeLink, speedOf} from './speed.ts';

/** The current faults of some hosts, read from the hosts themselves and therefore independent of their origin. */
export async function faultsOf(lab: Lab, hosts: readonly LabHost[]): Promise<readonly Fault[]> {
	const all = await Promise.all(
		hosts.map(async (machine): Promise<readonly Fault[]> => {
			const host = machine.name;
			const [cut, speed, packets, freeBytes] = await Promise.all([
				isLinkCut(machine),
				speedOf(machine),
				packetFaults(machine),
				freeOnSmallDisk(machine),
			]);
			return [
				...(cut ? [{kind: 'link', host} as const] : []),
				...(speed === undefined ? [] : [{kind: 'slow', host, ...speed} as const]),
				...packets,
				...(freeBytes === undefined ? [] : [{kind: 'disk', host, freeBytes} as const]),
				...processFaults(lab, host),
			];
		}),
	);
	return all.flat();
}

/** Clears the faults of some hosts. Killed processes that are not daemons stay dead. */
export async function clearFaults(lab: Lab, hosts: readonly LabHost[]): Promise<void> {
	await Promise.all(
		hosts.map(async machine => {
			await Promise.all([restoreLink(machine), freeLink(machine), unblock(machine), emptyDisk(machine)]);
			wakeAll(lab, machine.name);
			await startDead(lab, machine.name);
		}),
	);
}
