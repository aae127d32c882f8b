import {setTimeout as wait} from 'node:timers/promises';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import {batch, splitBatch} from '../virsh/batch.ts';
import {countDirtyArgs, dirtyRateArgs, dirtyRateSeconds, parseDirtyRate} from '../virsh/dirty-rate.ts';
import type {Request} from './facts.ts';

/** A host that is busy ends its counts a little later. */
const looks = 10;

/** Counts in all guests at the same time; who has no figure at the end has none. */
export async function readDirtyRates(
	shell: Shell,
	host: string,
	requests: readonly Request<'dirty-rate'>[],
): Promise<readonly (number | null)[]> {
	await demand(
		shell,
		batch(
			host,
			requests.map(({uuid}) => countDirtyArgs(uuid)),
		),
	);
	for (let left = looks; ; left -= 1) {
		await wait(left === looks ? dirtyRateSeconds * 1000 : 500);
		const {stdout} = await demand(
			shell,
			batch(
				host,
				requests.map(({uuid}) => dirtyRateArgs(uuid)),
			),
		);
		const rates = splitBatch(stdout, requests.length).map(parseDirtyRate);
		if (left === 0 || !rates.includes('counting')) return rates.map(rate => (rate === 'counting' ? null : rate));
	}
}
