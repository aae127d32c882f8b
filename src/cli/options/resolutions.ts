import type {Command} from 'commander';
import type {Resolution} from '../../engine/ports.ts';
import {InputError} from '../../errors.ts';
import type {WhyOptions} from '../origin.ts';
import {collect} from './parsers.ts';

export type ResolutionOptions = {
	readonly done?: readonly string[];
	readonly again?: readonly string[];
	readonly skip?: readonly string[];
};

/** The options that resolve actions whose outcome is unknown. */
export function withResolutions(command: Command, how: 'resume' | 'undo'): Command {
	const done = command.option(
		'--done <action>',
		'an action whose outcome is unknown: it was done (repeatable; vacate status names it)',
		collect,
	);
	return (
		how === 'undo' ? done : done.option('--again <action>', 'the same: do it again (repeatable)', collect)
	).option('--skip <action>', 'the same: skip it (repeatable; requires --reason)', collect);
}

/** @throws InputError for an action that is skipped without a reason. */
export function resolutionsIn({
	done = [],
	again = [],
	skip = [],
	reason,
}: ResolutionOptions & WhyOptions): readonly Resolution[] {
	if (skip.length > 0 && reason === undefined) {
		throw new InputError([{message: '--skip requires --reason', hint: "say why: --reason 'why it is left'"}]);
	}
	return [
		...done.map(id => ({id, as: 'done'}) as const),
		...again.map(id => ({id, as: 'again'}) as const),
		...skip.map(id => ({id, as: 'skip'}) as const),
	];
}
