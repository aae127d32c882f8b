import type {Changes} from '../world.ts';

/** By rule: changes of the world, and the findings that they cause, each with its reason and remedy. */
export type RuleCases = Readonly<Record<string, readonly RuleCase[]>>;

export type RuleCase = readonly [Changes, readonly (readonly [reason: string, remedy: string])[]];

/** Something that a destination lacks. */
export function lack(rule: string, reason: string) {
	return {rule, reason, remedy: 'mend it'};
}
