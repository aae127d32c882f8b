import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {down} from '../../src/lab/down.ts';
import type {Lab} from '../../src/lab/state.ts';
import {up} from '../../src/lab/up.ts';
import {playPoint} from '../points/play.ts';
import {points} from '../points/points.ts';
import {playRound, type RoundEnd} from './round.ts';
import {pointText, roundText, tallyText} from './text.ts';

/** `npm run storm`: rounds of evacuations in storms. Round by round a seed; a violation ends in exit code 1. */
const {values} = parseArgs({
	options: {
		/** The first round’s seed; each further one is the next number. */
		seed: {type: 'string', default: '1'},
		rounds: {type: 'string', default: '5'},
		/** More guests, more blows, and faults that outlast every keepalive. */
		long: {type: 'boolean', default: false},
		/** Kill controllers too, and resume. */
		controllers: {type: 'boolean', default: false},
		/** Guests of every kind: paused, without a definition, on chains of images; and the relay as a way. */
		wild: {type: 'boolean', default: false},
		/** In place of storms: kill a controller at each of the named points of test/points, and resume. */
		points: {type: 'boolean', default: false},
	},
});
const first = Number(values.seed);
const rounds = Number(values.rounds);
const size = values.long
	? ({guests: [8, 20], blows: 8, longestMs: 45_000} as const)
	: ({guests: [8, 10], blows: 5, longestMs: 8000} as const);
const plan = {name: 'vstorm', dir: '/var/tmp/vacate-storm', subnet: '10.88.0', hosts: 3};
const folder = await mkdtemp(join(tmpdir(), 'vacate-storm-'));
let violations = 0;
try {
	const lab = await up(plan, {install: true});
	violations = values.points ? await playPoints(lab) : await playRounds(lab);
} finally {
	await down(plan);
}
process.stdout.write(`what was said is in ${folder}\n`);
process.exitCode = violations > 0 ? 1 : 0;

/** Gives how many rounds had violations. */
async function playRounds(lab: Lab): Promise<number> {
	const ends: RoundEnd[] = [];
	for (let seed = first; seed < first + rounds; seed++) {
		const end = await playRound(lab, {
			seed,
			...size,
			controllers: values.controllers,
			wild: values.wild,
			folder: join(folder, String(seed)),
		});
		ends.push(end);
		process.stdout.write(`${roundText(end)}\n`);
	}
	process.stdout.write(`\n${tallyText(ends)}\n`);
	return ends.filter(({violations}) => violations.length > 0).length;
}

/** Gives how many points had violations. */
async function playPoints(lab: Lab): Promise<number> {
	let bad = 0;
	for (const [index, point] of points.entries()) {
		const end = await playPoint(lab, point, join(folder, `point${index + 1}`));
		process.stdout.write(`${pointText(end)}\n`);
		if (end.violations.length > 0) bad += 1;
	}
	process.stdout.write(`\n${points.length} points, ${bad} with violations\n`);
	return bad;
}
