import type {ChosenMove, Expansion, GuestStaying, Part} from '../../step.ts';
import {claimsOf, type Moving} from './arrange.ts';

/**
 * The parts chosen by a plan, in its order: those that the step makes when each guest may go only where the plan
 * says, and a default part for any other guest, which `migrate` checks when it plans.
 *
 * @param whyNot Why the step could not have chosen a move that is not among its own.
 */
export function chosenParts(
	chosen: readonly ChosenMove[],
	parts: readonly Part[],
	usual: (move: ChosenMove) => Part,
	whyNot: (move: ChosenMove) => string | undefined,
): readonly Part[] {
	const made = new Map(parts.map(part => [part.uuid, part]));
	return chosen.map(move => {
		const part = made.get(move.uuid);
		if (part !== undefined && part.to === move.to && part.on === move.on) return part;
		const refused = whyNot(move);
		return refused === undefined ? usual(move) : {...usual(move), refused};
	});
}

/** The part for a guest of which only the planned move is known. */
export function usualPart({guest, uuid, to, on}: ChosenMove, source: string, {migrate = {}}: Moving): Part {
	return {
		step: 'migrate',
		guest,
		uuid,
		to,
		...(on === undefined ? {} : {on}),
		params: {...migrate, guest: uuid, to},
		claims: claimsOf(source, to),
	};
}

/**
 * The guests that stay when a plan has chosen the moves: those that would have stayed anyway, and those not in the plan.
 *
 * @param fails Whether a guest that could go and is not in the plan should have moved.
 */
export function leftBy(chosen: readonly ChosenMove[], free: Expansion, fails: boolean): readonly GuestStaying[] {
	const goes = new Set(chosen.map(({uuid}) => uuid));
	const names = new Set(chosen.map(({guest}) => guest));
	return [
		...free.left.filter(({guest}) => !names.has(guest)),
		...free.parts
			.filter(({uuid}) => !goes.has(uuid))
			.map(({guest}) => ({
				guest,
				reason: 'not in the plan',
				remedy: 'make a new plan, or move the guest manually',
				fails,
			})),
	].sort((a, b) => (a.guest < b.guest ? -1 : 1));
}
