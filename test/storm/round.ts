import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {exitCodes} from '../../src/errors.ts';
import type {Lab} from '../../src/lab/state.ts';
import {drawBlows} from './blows.ts';
import {fightThrough} from './campaign.ts';
import type {Said} from './controller.ts';
import {type Finding, findingsOf} from './findings.ts';
import type {Deeds} from './nemesis.ts';
import {type Random, randomFrom} from './random.ts';
import {endsSoon, processHosts, surveyOf} from './survey.ts';
import {isTold, toldWrongly} from './told.ts';
import {type Traffic, watchTraffic} from './traffic.ts';
import {emptyLab, fillLab} from './world.ts';

export type RoundPlan = {
	readonly seed: number;
	/** Fewest and most guests that move. */
	readonly guests: readonly [number, number];
	/** Most blows, and how long a fault lasts at most. */
	readonly blows: number;
	readonly longestMs: number;
	/** Controllers are killed as well, and `resume` brings the run to its end. */
	readonly controllers: boolean;
	/** Guests and ways of every kind. */
	readonly wild: boolean;
	/** Where what the program under test said is kept. */
	readonly folder: string;
};

export type RoundEnd = {
	readonly seed: number;
	readonly guests: number;
	readonly deeds: Deeds;
	/** Exit codes of the run and of what came after it. */
	readonly codes: readonly (number | null)[];
	readonly traffic: Traffic;
	/** What nothing excuses. */
	readonly violations: readonly Finding[];
	/** What the program has told: a guest that it could not bring to an end, a file that it could not remove. */
	readonly told: readonly Finding[];
	readonly seconds: number;
};

const limits = {per_source: 4, per_destination: 2, total: 4, storage_weight: 1} as const;

/** What a controller survives without another one after it. */
const mild = ['paused', 'interrupted'] as const;

/** A guest that is on its way when the last fault is healed is given so long to arrive or to stay. */
const settlesWithinMs = 120_000;

/** What has a time limit of its own is given it, and a little more. */
const listensWithinMs = 20_000;

/** One evacuation in a storm: set up, run, strike, heal, check. */
export async function playRound(lab: Lab, plan: RoundPlan): Promise<RoundEnd> {
	const begun = performance.now();
	const random = randomFrom(plan.seed);
	const count = random.whole(...plan.guests);
	const playbook = await writePlaybook(plan, random);
	const controller = plan.controllers ? (['killed', 'killed', 'paused', 'interrupted'] as const) : mild;
	const storm = () =>
		drawBlows(random, lab, {count: random.whole(1, plan.blows), longestMs: plan.longestMs, controller});
	const storms = plan.controllers ? ([storm(), storm()] as const) : ([storm()] as const);
	await emptyLab(lab);
	const cast = await fillLab(lab, random, {count, wild: plan.wild});
	// Every guest has written its first number.
	await wait(1000);
	const before = await surveyOf(lab);
	const traffic = watchTraffic(lab, 'kvm1');
	const {said, deeds} = await fightThrough({lab, folder: plan.folder, playbook, storms});
	const seen = traffic.stop();
	await settle(lab, cast.movers);
	const after = await surveyOf(lab);
	const text = said.map(one => one.text).join('');
	const all = [
		...findingsOf(before, after, new Set(cast.movers)),
		...toldWrongly(text, after),
		...crowds(seen),
		...badEnds(said),
	];
	const told = all.filter(finding => isTold(finding, text));
	return {
		seed: plan.seed,
		guests: count,
		deeds,
		codes: said.map(({code}) => code),
		traffic: seen,
		violations: all.filter(finding => !told.includes(finding)),
		told,
		seconds: Math.round((performance.now() - begun) / 1000),
	};
}

async function writePlaybook({folder, wild}: RoundPlan, random: Random): Promise<string> {
	const mode = random.pick(wild ? ['p2p', 'managed', 'relay', 'relay'] : ['p2p', 'p2p', 'managed']);
	const migrate = `{mode: ${mode}, bandwidth_mib: ${random.pick([8, 16, 64])}}`;
	const text = `- hosts: kvm1
  tasks:
    - evacuate:
        to: compute
        limits: ${JSON.stringify(limits)}
        migrate: ${migrate}
`;
	await mkdir(folder, {recursive: true});
	const file = join(folder, 'playbook.yml');
	await writeFile(file, text);
	return file;
}

/** Waits until no guest has two processes any more, and what ends by itself has ended: what libvirt does by itself when hosts are well again. */
export async function settle(lab: Lab, movers: readonly string[]): Promise<void> {
	const until = performance.now() + settlesWithinMs;
	const moves = () => movers.some(guest => processHosts(lab, guest).length > 1);
	while (moves() && performance.now() < until) await wait(200);
	// Its controller has been killed, or its ssh.
	const last = performance.now() + listensWithinMs;
	while (endsSoon(lab) && performance.now() < last) await wait(200);
	// What a guest wrote last is on its disk, and in its console.
	await wait(500);
}

function crowds({total, perDestination}: Traffic): readonly Finding[] {
	return [
		...(total > limits.total ? [`${total} in all, ${limits.total} allowed`] : []),
		...(perDestination > limits.per_destination
			? [`${perDestination} to one host, ${limits.per_destination} allowed`]
			: []),
	].map(detail => ({kind: 'too many at once', subject: 'moves', detail}));
}

const goodEnds: readonly (number | null)[] = [
	exitCodes.done,
	exitCodes.prerequisite,
	exitCodes.undone,
	exitCodes.stuck,
	exitCodes.interrupted,
];

/** A controller that was killed has no exit code; that the next one has done its work shows in the lab. */
function badEnds(said: readonly Said[]): readonly Finding[] {
	return said
		.filter(({code, killed}) => !killed && !goodEnds.includes(code))
		.map(({code}) => ({kind: 'ended badly', subject: 'controller', detail: `exit code ${code}`}));
}
