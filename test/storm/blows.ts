import type {LabHost} from '../../src/lab/layout.ts';
import type {Lab} from '../../src/lab/state.ts';
import type {Controller} from './controller.ts';
import {type Kind, kinds, type Role} from './kinds.ts';
import type {Random} from './random.ts';

/** What there is to strike. */
export type Stage = {readonly lab: Lab; readonly controller: Controller};

/** One thing that the nemesis does: it strikes, and after a time it heals what does not heal itself. */
export type Blow = {
	/** In words, with the host: `kvm2: link cut`. */
	readonly name: string;
	/** After the blow before. */
	readonly afterMs: number;
	readonly lastsMs: number;
	/** Says what it hit, when that depends on the moment. */
	strike(stage: Stage): Promise<string | undefined>;
	heal(stage: Stage): Promise<void>;
};

export type BlowLimits = {
	readonly count: number;
	readonly longestMs: number;
	/** The controller is struck as well. */
	readonly controllers: boolean;
};

/** Draws blows with their moments. The same chance gives the same ones, whatever happens. */
export function drawBlows(random: Random, lab: Lab, {count, longestMs, controllers}: BlowLimits): readonly Blow[] {
	const bag = kinds.flatMap(kind => Array<Kind>(kind.weight).fill(kind));
	return Array.from({length: count}, () => {
		if (controllers && random.chance(0.3)) return drawControllerBlow(random);
		const kind = random.pick(bag);
		const host = random.pick(machinesIn(lab, random.pick(kind.at)));
		const lastsMs = random.chance(0.2) ? longestMs : random.whole(200, Math.min(longestMs, 5000));
		return {
			name: `${host.name}: ${kind.name}`,
			afterMs: random.whole(100, 2500),
			lastsMs: kind.heal === undefined ? 0 : lastsMs,
			strike: async stage => textOrNothing(await kind.strike(stage.lab, host, random)),
			heal: async stage => kind.heal?.(stage.lab, host),
		};
	});
}

/** What befalls the controller: it is killed, stops for a while, or is told to stop. */
function drawControllerBlow(random: Random): Blow {
	const afterMs = random.whole(100, 2500);
	const lastsMs = random.whole(200, 5000);
	const blow = random.pick(['killed', 'killed', 'paused', 'interrupted'] as const);
	return {
		name: `controller: ${blow}`,
		afterMs,
		lastsMs: blow === 'paused' ? lastsMs : 0,
		async strike({controller}) {
			if (blow === 'killed') controller.kill();
			else controller.child.kill(blow === 'paused' ? 'SIGSTOP' : 'SIGINT');
			return undefined;
		},
		async heal({controller}) {
			if (blow === 'paused') controller.child.kill('SIGCONT');
		},
	};
}

/** The first host is the one that is emptied. */
function machinesIn({machines}: Lab, role: Role): readonly LabHost[] {
	return role === 'source' ? machines.slice(0, 1) : machines.slice(1);
}

function textOrNothing(hit: unknown): string | undefined {
	return typeof hit === 'string' ? hit : undefined;
}
