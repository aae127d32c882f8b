import {guestOf, processesOf, programOf} from '../../src/lab/fault/processes.ts';
import type {Lab} from '../../src/lab/state.ts';

/** How many guests moved at once, at most: in all, and to one host. */
export type Traffic = {readonly total: number; readonly perDestination: number};

const lookEveryMs = 100;

/** Watches how many guests have a qemu process on two hosts: these are on their way from `source`. */
export function watchTraffic(lab: Lab, source: string): {readonly stop: () => Traffic} {
	let total = 0;
	let perDestination = 0;

	function look(): void {
		const leaving = new Set(guestsOn(source));
		const arriving = lab.machines
			.filter(({name}) => name !== source)
			.map(({name}) => guestsOn(name).filter(guest => leaving.has(guest)).length);
		total = Math.max(
			total,
			arriving.reduce((sum, one) => sum + one, 0),
		);
		perDestination = Math.max(perDestination, ...arriving);
	}

	function guestsOn(host: string): readonly string[] {
		return processesOf(lab, host).flatMap(one => (programOf(one) === 'qemu' ? (guestOf(one) ?? []) : []));
	}

	const timer = setInterval(look, lookEveryMs);
	return {
		stop() {
			clearInterval(timer);
			return {total, perDestination};
		},
	};
}
