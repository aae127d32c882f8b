import {statSync} from 'node:fs';
import {join} from 'node:path';
import {consoleFolder} from './guest-plan.ts';
import type {Lab} from './state.ts';

/** The polling interval of the consoles; a guest prints every 55 ms. */
const lookEveryMs = 5;

/**
 * Watches the consoles of guests on all hosts and returns for each the longest time without output, in milliseconds:
 * its downtime as seen from outside. Between two ticks a guest is silent for 55 ms anyway.
 */
export function watchSilence(lab: Lab, guests: readonly string[]): {readonly stop: () => ReadonlyMap<string, number>} {
	const consoles = guests.flatMap(guest =>
		lab.machines.map(({root}) => ({guest, file: join(root, consoleFolder, `${guest}.console`)})),
	);
	const sizes = new Map<string, number>();
	const spoke = new Map<string, number>();
	const longest = new Map<string, number>();

	function look(): void {
		const now = performance.now();
		for (const {guest, file} of consoles) {
			const size = statSync(file, {throwIfNoEntry: false})?.size ?? 0;
			if (size === (sizes.get(file) ?? 0)) continue;
			sizes.set(file, size);
			const since = spoke.get(guest);
			if (since !== undefined) longest.set(guest, Math.max(longest.get(guest) ?? 0, now - since));
			spoke.set(guest, now);
		}
	}

	const timer = setInterval(look, lookEveryMs);
	return {
		stop() {
			clearInterval(timer);
			return longest;
		},
	};
}
