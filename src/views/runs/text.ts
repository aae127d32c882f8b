import {tableText, visible} from '../columns.ts';
import {durationText} from '../format.ts';
import {timeText} from '../report/rows.ts';
import type {ListedRun} from './model.ts';

const columns = ['run', 'began', 'by', 'playbook', 'hosts', 'moved', 'outcome', 'took', 'ticket'] as const;

/** Runs as a table, and those that cannot be read, with the reason. */
export function runsText(runs: readonly ListedRun[]): string {
	if (runs.length === 0) return 'no runs';
	const problems = runs.flatMap(({run, problem}) => (problem === undefined ? [] : [visible(`${run}: ${problem}`)]));
	return [tableText([[...columns], ...runs.map(cellsOf)], new Set([5, 7])), ...problems].join('\n');
}

function cellsOf({run, outcome, summary}: ListedRun): readonly string[] {
	if (summary === undefined) return [run, '', '', '', '', '', outcome, '', ''];
	const {began, operator = '', sudoUser, playbook, hosts, moved, notMoved, activeMs, ticket = ''} = summary;
	const guests = moved.length + notMoved.length;
	return [
		run,
		timeText(began),
		sudoUser === undefined ? operator : `${operator} (sudo: ${sudoUser})`,
		playbook,
		namesText(hosts),
		guests === 0 ? '' : `${moved.length} of ${guests}`,
		outcome,
		durationText(activeMs),
		ticket,
	].map(visible);
}

/** `kvm1, kvm2, kvm3 and 5 others`. */
function namesText(names: readonly string[]): string {
	if (names.length <= 4) return names.join(', ');
	return `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`;
}

/** Runs as data, for `--json`. */
export function runsData(runs: readonly ListedRun[]): readonly object[] {
	return runs.map(({run, folder, outcome, summary, problem}) => {
		if (summary === undefined) return {run, folder, outcome, problem};
		const {began, lastRecord, operator, sudoUser, controller, playbook, hosts, moved, notMoved, waiting} = summary;
		return {
			run,
			folder,
			outcome,
			exit_code: summary.exitCode ?? null,
			began: timeText(began),
			last_record: timeText(lastRecord),
			duration_ms: summary.activeMs,
			operator: operator ?? null,
			sudo_user: sudoUser ?? null,
			controller: controller ?? null,
			ticket: summary.ticket ?? null,
			reason: summary.reason ?? null,
			playbook,
			hosts,
			moved,
			not_moved: notMoved,
			waiting,
		};
	});
}
