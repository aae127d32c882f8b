import type {Change} from './change.ts';
import {isSame} from './equal.ts';
import type {ChosenPart, Plan} from './model.ts';

/** What limits, bandwidth and other options of moves do to a plan: the options themselves, and the time that all takes. */
export function scheduleChanges(old: Plan, now: Plan): readonly Change[] {
	const options = [...limitChanges(old, now), ...optionChanges(old, now)];
	const [then, after] = [old.made_from.digests, now.made_from.digests];
	const isOtherWork = then.playbook !== after.playbook || then.variables !== after.variables;
	// Without these the time follows from guests and hosts, whose changes are told.
	return options.length > 0 || isOtherWork ? [...options, ...timeChanges(old, now)] : options;
}

/** Guests whose options changed: that their moves are done in another way is told with the options. */
export function guestsWithOptions(old: Plan, now: Plan): ReadonlySet<string> {
	return new Set(optionChanges(old, now).flatMap(change => (change.kind === 'option' ? change.guests : [])));
}

function limitChanges(old: Plan, now: Plan): readonly Change[] {
	const then = limitsOf(old);
	const after = limitsOf(now);
	// A limit of a host that takes part only in one of them says nothing new.
	return [...new Set([...then.keys()].filter(limit => after.has(limit)))].flatMap((limit): readonly Change[] => {
		const [was = 0, is = 0] = [then.get(limit), after.get(limit)];
		return was === is ? [] : [{kind: 'limit', limit, was, now: is}];
	});
}

function limitsOf({choices}: Plan): ReadonlyMap<string, number> {
	return new Map(choices.flatMap(({limits}) => Object.entries(limits)));
}

/** Told once for all guests for which the same has changed. */
function optionChanges(old: Plan, now: Plan): readonly Change[] {
	const then = new Map(partsOf(old).map(part => [part.id, part]));
	const found = new Map<string, Extract<Change, {kind: 'option'}>>();
	for (const part of partsOf(now)) {
		const before = then.get(part.id);
		if (before === undefined) continue;
		const [was, is] = [optionsOf(before), optionsOf(part)];
		for (const option of new Set([...Object.keys(was), ...Object.keys(is)])) {
			if (isSame(was[option], is[option])) continue;
			const [wasText, isText] = [textOf(was[option]), textOf(is[option])];
			const key = JSON.stringify([option, wasText, isText]);
			const guests = [...(found.get(key)?.guests ?? []), part.guest];
			found.set(key, {
				kind: 'option',
				option,
				guests,
				...(wasText === undefined ? {} : {was: wasText}),
				...(isText === undefined ? {} : {now: isText}),
			});
		}
	}
	return [...found.values()];
}

function partsOf({choices}: Plan): readonly ChosenPart[] {
	return choices.flatMap(({parts}) => parts);
}

/** Who moves, and where, is told otherwise. */
function optionsOf({params}: ChosenPart): Readonly<Record<string, unknown>> {
	if (typeof params !== 'object' || params === null) return {};
	const {guest: _, to: __, ...options} = params as Readonly<Record<string, unknown>>;
	return options;
}

function textOf(value: unknown): string | undefined {
	return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function timeChanges({expected: was}: Plan, {expected: now}: Plan): readonly Change[] {
	return [
		...(was.seconds === now.seconds ? [] : [{kind: 'time', was: was.seconds, now: now.seconds} as const]),
		...(was.longest_pause_ms === now.longest_pause_ms
			? []
			: [{kind: 'pause', was: was.longest_pause_ms, now: now.longest_pause_ms} as const]),
	];
}
