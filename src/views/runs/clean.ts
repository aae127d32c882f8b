import {visible} from '../columns.ts';
import {type ListedRun, whyKept} from './model.ts';
import {runsText} from './text.ts';

/** What `vacate runs clean` deletes and what it keeps, of the runs that are old enough. */
export function cleanText(old: readonly ListedRun[], age: string): string {
	const deleted = old.filter(run => whyKept(run) === undefined);
	const kept = old.flatMap(run => {
		const why = whyKept(run);
		return why === undefined ? [] : [visible(`kept: ${run.run}: ${why}`)];
	});
	const hasMoves = deleted.some(({summary, outcome}) => outcome !== 'undone' && (summary?.moved.length ?? 0) > 0);
	return [
		...(deleted.length === 0 ? [`no ended run is older than ${visible(age)}`] : [`to delete:\n${runsText(deleted)}`]),
		...kept,
		...(hasMoves
			? ['Guests that these runs moved can then no longer be brought home with `vacate return` or `vacate undo`.']
			: []),
		...(deleted.length === 0 ? [] : ['To keep the evidence of a run: vacate evidence RUN']),
	].join('\n');
}
