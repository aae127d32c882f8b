import {setTimeout as wait} from 'node:timers/promises';
import type {Ports} from '../../src/cli/ports.ts';
import {actOf} from './acts.ts';

/** A moment of a run: before an act at one of its ports, in the middle of it, or after it and before the engine hears. */
export type Point = {
	readonly when: 'before' | 'amid' | 'after';
	/** `journal started`, `shell virsh migrate`, `clock sleep`, `locks hold`. */
	readonly act: string;
	/** How often the act is begun before the run dies in it. */
	readonly nth: number;
};

/** A command that a run dies in has been sent, and may have done its work or not. */
const amidMs = 300;

/**
 * Ports of a run that dies at a point: `die` is called then. It does not come back, or what was begun never does, and
 * nothing more is done.
 */
export function dieAt({when, act, nth}: Point, {shell, journal, clock, hold}: Ports, die: () => void): Ports {
	let count = 0;
	let dead = false;
	const end = () => {
		dead = true;
		die();
		return new Promise<never>(() => {});
	};
	async function pass<T>(name: string, work: () => Promise<T>): Promise<T> {
		if (dead) return new Promise<never>(() => {});
		if (name === act) count += 1;
		if (name !== act || count !== nth) {
			const done = await work();
			return dead ? new Promise<never>(() => {}) : done;
		}
		if (when === 'before') return end();
		const working = work();
		await (when === 'after' ? working : Promise.race([working, wait(amidMs)]));
		return end();
	}
	return {
		shell: {
			run: (command, options) => pass(actOf(command), () => shell.run(command, options)),
			reset: async host => shell.reset?.(host),
			close: () => shell.close(),
		},
		journal: {append: record => pass(`journal ${record.type}`, () => journal.append(record))},
		clock: {
			now: () => clock.now(),
			sleep: (milliseconds, signal) => pass('clock sleep', () => clock.sleep(milliseconds, signal)),
		},
		hold: hosts => pass('locks hold', () => hold(hosts)),
	};
}
