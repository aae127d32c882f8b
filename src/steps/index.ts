import * as all from './all.ts';
import type {Step} from './step.ts';

/** Every step that a task can name, by its name and in alphabetical order. */
export const steps: ReadonlyMap<string, Step> = new Map(
	Object.values<Step>(all)
		.map(step => [step.name, step] as const)
		.sort(([one], [other]) => (one < other ? -1 : 1)),
);
