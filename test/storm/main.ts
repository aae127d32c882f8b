import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {down} from '../../src/lab/down.ts';
import {up} from '../../src/lab/up.ts';
import {playRound, type RoundEnd} from './round.ts';
import {roundText, tallyText} from './text.ts';

/** `npm run storm`: rounds of evacuations in storms. Round by round a seed; a violation ends in exit code 1. */
const {values} = parseArgs({
	options: {
		/** The first round’s seed; each further one is the next number. */
		seed: {type: 'string', default: '1'},
		rounds: {type: 'string', default: '5'},
		/** More guests, more blows, and faults that outlast every keepalive. */
		long: {type: 'boolean', default: false},
		/** Strike controllers too, and resume. */
		controllers: {type: 'boolean', default: false},
	},
});
const first = Number(values.seed);
const rounds = Number(values.rounds);
const size = values.long
	? ({guests: [8, 20], blows: 8, longestMs: 45_000} as const)
	: ({guests: [8, 10], blows: 5, longestMs: 8000} as const);
const plan = {name: 'vstorm', dir: '/var/tmp/vacate-storm', subnet: '10.88.0', hosts: 3};
const folder = await mkdtemp(join(tmpdir(), 'vacate-storm-'));
const ends: RoundEnd[] = [];
try {
	const lab = await up(plan, {install: true});
	for (let seed = first; seed < first + rounds; seed++) {
		const end = await playRound(lab, {
			seed,
			...size,
			controllers: values.controllers,
			folder: join(folder, String(seed)),
		});
		ends.push(end);
		process.stdout.write(`${roundText(end)}\n`);
	}
} finally {
	await down(plan);
}
process.stdout.write(`\n${tallyText(ends)}\nwhat was said is in ${folder}\n`);
process.exitCode = ends.some(({violations}) => violations.length > 0) ? 1 : 0;
