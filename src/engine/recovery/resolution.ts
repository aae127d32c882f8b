import {InputError} from '../../errors.ts';
import {nearest} from '../../spelling/nearest.ts';
import type {Json} from '../../steps/step.ts';
import type {AnyStep} from '../action/perform.ts';
import type {Journal, Origin, Resolution} from '../ports.ts';
import {canAdopt, isUnfinished} from './reconcile.ts';
import {type ActionRecord, type JournalReplay, withEntry} from './replay.ts';

/** Can only a person say what became of it? The hosts cannot, where a step has no `adopt`. */
export function isResolvable(account: ActionRecord, step: AnyStep): boolean {
	return isUnfinished(account, step) && !canAdopt(step, account.action);
}

/** Does `resume` need a person for it? Without one it is undone, where it can be, or repeated, where its task says so. */
export function needsPerson(account: ActionRecord, step: AnyStep): boolean {
	if (!isResolvable(account, step)) return false;
	return account.phase === 'stuck' || (!('undo' in step) && account.repeats !== true);
}

/**
 * The replay after what a person has said, which goes into the journal first.
 *
 * @throws InputError for actions that there are not, and for those whose end is known.
 */
export async function resolved(
	before: JournalReplay,
	resolutions: readonly Resolution[],
	stepOf: (account: ActionRecord) => AnyStep,
	{journal, origin}: {readonly journal: Journal; readonly origin?: Origin | undefined},
): Promise<JournalReplay> {
	checkResolutions(before, resolutions, stepOf);
	let replay = before;
	for (const {id, as} of resolutions) {
		const account = replay.actions.find(one => one.id === id);
		if (account === undefined) continue;
		const receipt: Json = stepOf(account).receiptIfDone?.(account.action) ?? null;
		const entry = {
			type: 'resolved',
			id,
			as,
			...(as === 'done' ? {receipt} : {}),
			...(origin === undefined ? {} : {origin}),
		} as const;
		await journal.append(entry);
		replay = withEntry(replay, entry);
	}
	return replay;
}

/** @throws InputError with every resolution that cannot be. */
export function checkResolutions(
	{actions}: JournalReplay,
	resolutions: readonly Resolution[],
	stepOf: (account: ActionRecord) => AnyStep,
): void {
	const open = actions.filter(account => isResolvable(account, stepOf(account))).map(({id}) => id);
	const all =
		open.length === 0 ? 'no action of this run needs one' : `those that a person can resolve: ${open.join(', ')}`;
	const problems = resolutions.flatMap(({id}, index) => {
		if (resolutions.findIndex(one => one.id === id) !== index) {
			return [{message: `${id} is resolved in two ways`, hint: 'give it one of --done, --again and --skip'}];
		}
		const account = actions.find(one => one.id === id);
		if (account === undefined) {
			return [{message: `the run has begun no action '${id}'`, hint: nearest(id, open) ?? all}];
		}
		if (open.includes(id)) return [];
		return [{message: `${id}: ${whyNot(account, stepOf(account))}`, hint: all}];
	});
	if (problems.length > 0) throw new InputError(problems);
}

function whyNot(account: ActionRecord, step: AnyStep): string {
	if (!isUnfinished(account, step)) return `its end is known: ${account.phase}`;
	return 'vacate resume reads from the hosts what became of it';
}
