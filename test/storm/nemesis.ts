import {setTimeout as wait} from 'node:timers/promises';
import type {Blow, Stage} from './blows.ts';

/** What the nemesis did, with milliseconds since it began: `1204 kvm2: link cut, 3000 ms`. */
export type Deeds = readonly string[];

/**
 * Strikes blow after blow until `stop`. Heals each in its time, or when `calm` comes, also long after `stop`; `healed`
 * resolves when all are.
 */
export async function rage(
	stage: Stage,
	blows: readonly Blow[],
	{stop, calm}: {readonly stop: AbortSignal; readonly calm: AbortSignal},
): Promise<{readonly deeds: Deeds; readonly healed: Promise<unknown>}> {
	const begun = performance.now();
	const deeds: string[] = [];
	const healings: Promise<void>[] = [];
	for (const blow of blows) {
		if (!(await pause(blow.afterMs, stop))) break;
		const at = Math.round(performance.now() - begun);
		const hit = await blow.strike(stage);
		const what = [blow.name, ...(hit === undefined ? [] : [hit]), ...(blow.lastsMs > 0 ? [`${blow.lastsMs} ms`] : [])];
		deeds.push(`${at} ${what.join(', ')}`);
		healings.push(pause(blow.lastsMs, calm).then(() => blow.heal(stage)));
	}
	return {deeds, healed: Promise.all(healings)};
}

/** False when it was told to stop. */
async function pause(milliseconds: number, stop: AbortSignal): Promise<boolean> {
	return wait(milliseconds, undefined, {signal: stop}).then(
		() => true,
		() => false,
	);
}
