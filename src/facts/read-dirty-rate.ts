import {setTimeout as wait} from 'node:timers/promises';
import type {Shell} from '../shell/shell.ts';
import {countDirtyArgs, dirtyRateArgs, dirtyRateSeconds, parseDirtyRate} from '../virsh/migration/dirty-rate.ts';
import {askEach} from './ask.ts';
import type {Request} from './facts.ts';

/** A host that is busy ends its counts a little later. */
const looks = 10;

/** Counts in all guests at the same time; who has no figure at the end has none. */
export async function readDirtyRates(
	shell: Shell,
	host: string,
	requests: readonly Request<'dirty-rate'>[],
): Promise<readonly (number | null)[]> {
	await askEach(
		shell,
		host,
		requests.map(({uuid}) => countDirtyArgs(uuid)),
	);
	for (let left = looks; ; left -= 1) {
		await wait(left === looks ? dirtyRateSeconds * 1000 : 500);
		const answers = await askEach(
			shell,
			host,
			requests.map(({uuid}) => dirtyRateArgs(uuid)),
		);
		const rates = answers.map(answer => ('text' in answer ? parseDirtyRate(answer.text) : null));
		if (left === 0 || !rates.includes('counting')) return rates.map(rate => (rate === 'counting' ? null : rate));
	}
}
