import {advise} from '../commands.ts';
import {rule} from '../rule.ts';
import {theRun} from '../scopes.ts';

const plan = () => advise('make the plan first: vacate plan');

/** Checks 35 and 43 to 46: the set as a whole. */
export const runRules = [
	rule({
		id: 'plan-rules',
		check: 35,
		about: 'whether the hosts keep all rules, overcommit and headroom after the plan',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({broken: facts.plan.brokenRules}),
		ask: plan,
		judge: ({broken}) =>
			broken.map(reason => ({reason, remedy: advise('add a host to the destinations, or loosen the rule')})),
	}),
	rule({
		id: 'plan-homes',
		check: 43,
		about: 'whether every guest has a home, in an order that fits',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({homeless: facts.plan.homeless}),
		ask: plan,
		judge: ({homeless}) =>
			homeless.map(({guest, reason}) => ({
				reason: `${guest} has no home: ${reason}`,
				remedy: advise('add a host to the destinations, or free room on one'),
			})),
	}),
	rule({
		id: 'plan-way-back',
		check: 44,
		about: 'whether all could go back',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({wayBack: facts.plan.wayBack}),
		ask: plan,
		judge: ({wayBack}) =>
			wayBack?.map(({guest, reason}) => ({
				reason: `${guest} could not go back: ${reason}`,
				remedy: advise(`leave ${guest} out, or let it stay where it goes`),
			})),
	}),
	rule({
		id: 'plan-window',
		check: 45,
		about: 'how long the run takes, and how long it may',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({makespanMs: facts.plan.makespanMs, window: facts.plan.window}),
		ask: plan,
		judge: ({makespanMs, window}) =>
			window === null || makespanMs <= window.ms
				? undefined
				: {
						reason: `the run takes ${minutes(makespanMs)}, and the window is ${minutes(window.ms)}`,
						remedy: advise(`leave out ${window.leaveOut.join(', ')}`),
					},
	}),
	rule({
		id: 'facts-fresh',
		check: 46,
		about: 'how old the facts are',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({ageMs: facts.plan.ageMs}),
		ask: () => advise('read the facts again: vacate facts'),
		judge: ({ageMs}, {plan: {mostAgeMs}}) =>
			ageMs <= mostAgeMs
				? undefined
				: {
						reason: `the oldest fact is ${minutes(ageMs)} old, and may be ${minutes(mostAgeMs)}`,
						remedy: advise('read the facts again: vacate facts'),
					},
	}),
];

function minutes(ms: number): string {
	return `${Math.round(ms / 60_000)} min`;
}
