import {setTimeout as wait} from 'node:timers/promises';
import type {Shell} from '../shell/shell.ts';
import {countDirtyArgs, dirtyRateArgs, dirtyRateSeconds, parseDirtyRate} from '../virsh/migration/dirty-rate.ts';
import {askEach} from './ask.ts';
import type {Request} from './facts.ts';

/** Extra time for busy hosts. */
const looks = 10;

/** Measures all guests concurrently. Guests without a result at the end get none. */
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
