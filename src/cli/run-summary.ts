import {hiddenText} from '../engine/action/hidden.ts';
import {guestsLeft, movesOf} from '../engine/recovery/moves-of.ts';
import {isUnfinished} from '../engine/recovery/reconcile.ts';
import {type ActionRecord, replayJournal} from '../engine/recovery/replay.ts';
import {stepOf} from '../engine/recovery/resume.ts';
import {steps} from '../steps/index.ts';
import type {GuestMove} from '../steps/step.ts';
import type {JournalLine} from '../store/journal-line.ts';
import type {RunSummary} from '../views/runs/model.ts';

/** What the list of runs says of a run, by its journal. Pure: no host is asked. */
export function runSummary(lines: readonly JournalLine[]): RunSummary {
	const replay = replayJournal(lines);
	const {run, actions, origins, exitCode, waiting} = replay;
	const writes = actions.filter(record => stepOf(record, steps).effect !== 'read');
	const moves = writes.flatMap(record => plannedMove(record));
	const done = movesOf(replay, steps);
	const moved = new Set(done.map(({guest}) => guest));
	const left = guestsLeft(replay, done);
	const notMoved = new Set([...moves, ...left].map(({guest}) => guest).filter(guest => !moved.has(guest)));
	const sources = [...moves.map(({from}) => from), ...left.map(({host}) => host)];
	const origin = origins.find(({did}) => did === 'run')?.origin;
	return {
		playbook: run.playbook,
		began: lines[0]?.at ?? 0,
		lastRecord: lines.at(-1)?.at ?? 0,
		activeMs: activeMs(lines),
		...(origin === undefined ? {} : {operator: origin.operator, controller: origin.controller}),
		...(origin?.sudo_user === undefined ? {} : {sudoUser: origin.sudo_user}),
		...(origin?.ticket === undefined ? {} : {ticket: origin.ticket}),
		...(origin?.reason === undefined ? {} : {reason: origin.reason}),
		hosts: [...new Set(sources.length === 0 ? writes.map(({host}) => host) : sources)],
		moved: [...moved],
		notMoved: [...notMoved],
		waiting,
		...(exitCode === undefined ? {} : {exitCode}),
		open: writes.filter(record => isUnfinished(record, stepOf(record, steps))).length,
		isUndone: writes.some(({phase}) => phase === 'undone') && !writes.some(({phase}) => phase === 'succeeded'),
	};
}

/** The move of an action, as it was begun. */
function plannedMove(record: ActionRecord): readonly GuestMove[] {
	if (record.action === hiddenText) return [];
	const move = stepOf(record, steps).guest?.(record.action);
	return move === undefined ? [] : [move];
}

/** The time from each start or resume to the last record before the next one. */
function activeMs(lines: readonly JournalLine[]): number {
	let sum = 0;
	let since = lines[0]?.at ?? 0;
	for (const [index, line] of lines.entries()) {
		const next = lines[index + 1];
		if (next !== undefined && next.type !== 'resumed') continue;
		sum += Math.max(0, line.at - since);
		since = next?.at ?? line.at;
	}
	return sum;
}
