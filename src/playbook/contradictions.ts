import type {Problem} from '../errors.ts';
import type {Step} from '../steps/step.ts';
import {isMapping} from '../template/value.ts';
import type {SourceRange} from './model.ts';

/** Conflicting parameters of a step, with their positions; `isOpen` says which values are not known yet. */
export function contradictionProblems(
	step: Step,
	params: unknown,
	place: SourceRange,
	isOpen: (value: unknown) => boolean,
): readonly Problem[] {
	if (step.contradictions === undefined || !isMapping(params)) return [];
	return step
		.contradictions(params, isOpen)
		.map(({at, message, hint}) => place.problemAtKey(message, `/${step.name}/${at}`, hint));
}
