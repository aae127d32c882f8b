import {join} from 'node:path';
import {exitCodes} from '../../src/errors.ts';
import {clearFaults} from '../../src/lab/fault/all-faults.ts';
import type {Lab} from '../../src/lab/state.ts';
import type {Blow} from './blows.ts';
import {commandLines, type Said, startController} from './controller.ts';
import {type Deeds, rage} from './nemesis.ts';

export type Campaign = {
	readonly lab: Lab;
	readonly folder: string;
	readonly playbook: string;
	/** One for the run; with a second one, the run is resumed in that, and then in calm. */
	readonly storms: readonly [readonly Blow[]] | readonly [readonly Blow[], readonly Blow[]];
};

/** A controller that does not end by itself within this time is killed, and that is a violation. */
const endsWithinMs = 600_000;

/** In calm so many controllers must be enough. The last one finds that nothing is left to do. */
const calmResumes = 2;

/** Runs the program under test in the storm until it ends, or is ended; resumes; heals all hosts. */
export async function fightThrough({
	lab,
	folder,
	playbook,
	storms: [first, second],
}: Campaign): Promise<{readonly said: readonly Said[]; readonly deeds: Deeds}> {
	const said: Said[] = [];
	const deeds: string[] = [];
	const healings: Promise<unknown>[] = [];
	const calm = new AbortController();
	const attempt = async (args: readonly string[], blows: readonly Blow[]) => {
		const end = await endure({lab, folder, args, blows, calm: calm.signal});
		said.push(end.said);
		deeds.push(...end.deeds.map(deed => `${args[0]}: ${deed}`));
		healings.push(end.healed);
		return end.said;
	};
	await attempt(commandLines.run(playbook, lab.inventory), first);
	if (second !== undefined) await attempt(commandLines.resume(), second);
	calm.abort();
	await Promise.all(healings);
	await clearFaults(lab, lab.machines);
	if (second === undefined) return {said, deeds};
	for (let left = calmResumes; left > 0; left--) {
		const {code} = await attempt(commandLines.resume(), []);
		if (code === exitCodes.bug) break;
	}
	return {said, deeds};
}

type Attempt = {
	readonly lab: Lab;
	readonly folder: string;
	readonly args: readonly string[];
	readonly blows: readonly Blow[];
	readonly calm: AbortSignal;
};

/** One controller, and the nemesis against it, from the moment when it moves guests. */
async function endure({lab, folder, args, blows, calm}: Attempt): Promise<{
	readonly said: Said;
	readonly deeds: Deeds;
	readonly healed: Promise<unknown>;
}> {
	const over = new AbortController();
	const controller = startController(args, folder, join(folder, 'said.log'));
	const giveUp = setTimeout(() => controller.child.kill('SIGKILL'), endsWithinMs);
	const raging = controller.atWork.then(() => rage({lab, controller}, blows, {stop: over.signal, calm}));
	const said = await controller.ended;
	clearTimeout(giveUp);
	over.abort();
	return {said, ...(await raging)};
}
