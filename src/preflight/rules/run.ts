import {advise} from '../commands.ts';
import {rule} from '../rule.ts';
import {theRun} from '../scopes.ts';

const plan = () => advise('make a plan first: vacate plan');

/** Checks 35 and 43 to 45: the set as a whole. */
export const runRules = [
	rule({
		id: 'plan-rules',
		check: 35,
		about: 'placement rules, overcommit and headroom after the moves',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({broken: facts.plan.brokenRules}),
		ask: plan,
		judge: ({broken}) =>
			broken.map(reason => ({reason, remedy: advise('add a host to the destinations, or relax the rule')})),
	}),
	rule({
		id: 'plan-homes',
		check: 43,
		about: 'the placement of all guests',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({homeless: facts.plan.homeless}),
		ask: plan,
		judge: ({homeless}) =>
			homeless.map(({guest, reason}) => ({
				reason: `${guest} cannot be placed: ${reason}`,
				remedy: advise('add a host to the destinations, or free capacity on one'),
			})),
	}),
	rule({
		id: 'plan-way-back',
		check: 44,
		about: 'whether all guests could move back',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({wayBack: facts.plan.wayBack}),
		ask: plan,
		judge: ({wayBack}) =>
			wayBack?.map(({guest, reason}) => ({
				reason: `${guest} could not move back: ${reason}`,
				remedy: advise(`exclude ${guest}, or leave it at the destination`),
			})),
	}),
	rule({
		id: 'plan-window',
		check: 45,
		about: 'the duration of the run',
		severity: 'blocks',
		of: theRun,
		needs: facts => ({makespanMs: facts.plan.makespanMs, window: facts.plan.window}),
		ask: plan,
		judge: ({makespanMs, window}) =>
			window === null || makespanMs <= window.ms
				? undefined
				: {
						reason: `all moves take ${minutes(makespanMs)}, longer than the window of ${minutes(window.ms)}: ${window.leaveOut.join(', ')} would stay`,
						remedy: advise(
							`extend the window to ${minutes(makespanMs)}, allow more concurrent moves, or exclude these guests`,
						),
					},
	}),
];

function minutes(ms: number): string {
	return `${Math.round(ms / 60_000)} min`;
}
