import {UnreachableError} from '../../src/errors.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {type Random, randomFrom} from '../storm/random.ts';
import {FakeShell} from './fake-shell.ts';
import {FakeWorld} from './world.ts';

/** Hosts in memory with many guests on the first, which shall leave it. */
export class Crowd extends FakeShell {
	constructor(guests: number) {
		const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
		world.memoryKib = guests * 100_000;
		for (let index = 1; index <= guests; index++) world.guest('kvm1', `g${String(index).padStart(5, '0')}`);
		super(world);
	}

	/** To look at all guests after each command takes too long. */
	override check(): void {}
}

/**
 * A shell that from the first write on, by chance, fails so many of 100 commands: refused, out of reach, or lost before or
 * after their work. A reading that fails before any write ends the run with nothing done.
 */
export function unsteady(inner: Shell, percent: number, seed: number): Shell {
	const random = randomFrom(seed);
	let writes = false;
	return {
		run(command, options) {
			writes ||= command.effect === 'write';
			return writes && random.chance(percent / 100) ? fail(command, inner, random) : inner.run(command, options);
		},
		close: () => inner.close(),
	};
}

async function fail(command: Command, inner: Shell, random: Random): Promise<Outcome> {
	const said = {stdout: '', stderr: 'error: no luck\n', durationMs: 1};
	switch (random.pick(['refused', 'out of reach', 'lost before', 'lost after'] as const)) {
		case 'refused':
			return {end: 'exited', code: 1, ...said};
		case 'out of reach':
			throw new UnreachableError(command.host, 'no luck');
		case 'lost after':
			await inner.run(command);
			return {end: 'lost', reason: 'no luck', ...said};
		case 'lost before':
			return {end: 'lost', reason: 'no luck', ...said};
	}
}
