import {advise} from '../commands.ts';
import {rule} from '../rule.ts';
import {theRun} from '../scopes.ts';

const plan = () => advise('make the plan first: vacate plan');

/** Checks 35 and 43 to 45: the set as a whole. */
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
						reason: `all moves take ${minutes(makespanMs)}, and the window is ${minutes(window.ms)}: ${window.leaveOut.join(', ')} would stay`,
						remedy: advise(`allow ${minutes(makespanMs)} as window, move more at once, or leave them out of guests`),
					},
	}),
];

function minutes(ms: number): string {
	return `${Math.round(ms / 60_000)} min`;
}
