import {hiddenText} from '../engine/action/hidden.ts';
import {keptAfter} from '../engine/recovery/kept-after.ts';
import {guestsLeft, movesOf} from '../engine/recovery/moves-of.ts';
import type {ActionRecord, JournalReplay, Phase} from '../engine/recovery/replay.ts';
import {journalActionName, stepOf} from '../engine/recovery/resume.ts';
import {firstId} from '../plan/document/action-id.ts';
import type {Plan, PlannedAction} from '../plan/document/model.ts';
import {qemuDowntimeMs} from '../schedule/convergence.ts';
import {steps} from '../steps/index.ts';
import type {GuestMove} from '../steps/step.ts';
import type {JournalLine} from '../store/journal-line.ts';
import type {ProgressSample} from '../store/progress.ts';
import type {MoveOutcome, MoveReport, RunReport, Span, WorkReport} from '../views/report/model.ts';
import {hostsAfter} from './report-hosts.ts';

export type ReportSources = {
	readonly lines: readonly JournalLine[];
	readonly replay: JournalReplay;
	readonly plan: Plan | undefined;
	readonly samples: readonly ProgressSample[];
};

/** What happened in a run, by its journal and its plan. Pure: no host is asked. */
export function runReport({lines, replay, plan, samples}: ReportSources): RunReport {
	const {run, actions, origins, exitCode} = replay;
	const zero = lines.find(({type}) => type === 'started')?.at ?? lines[0]?.at ?? 0;
	const spans = spansOf(lines, zero);
	const skipped = new Map(lines.flatMap(line => (line.type === 'skipped' ? [[line.guest, line.reason] as const] : [])));
	const done = movesOf(replay, steps);
	const moves = [
		...actions.flatMap(record => moveOf(record, {plan, spans, samples, zero})),
		...(plan?.actions ?? []).flatMap(action => notBegun(action, actions, skipped)),
	];
	const provenance = lines.find(line => line.type === 'provenance');
	const lastRecord = lines.at(-1)?.at ?? zero;
	return {
		run: run.run,
		playbook: run.playbook,
		...(exitCode === undefined ? {} : {exitCode}),
		waiting: replay.waiting,
		origins,
		...(provenance === undefined ? {} : {provenance}),
		began: lines[0]?.at ?? zero,
		lastRecord,
		...(plan === undefined ? {} : {plannedMs: plan.expected.seconds * 1000}),
		realMs: Math.max(0, lastRecord - zero),
		moves,
		work: actions.flatMap(record => workOf(record, spans)),
		left: guestsLeft(replay, done),
		hosts: plan === undefined ? [] : hostsAfter(plan, moves),
		kept: keptAfter(done),
	};
}

/** When each action began for the last time, how often, and when it was last heard of. */
type Times = Span & {readonly attempts: number};

function spansOf(lines: readonly JournalLine[], zero: number): ReadonlyMap<string, Times> {
	const times = new Map<string, Times>();
	for (const line of lines) {
		if (!('id' in line)) continue;
		const id = firstId(line.id);
		const known = times.get(id);
		if (line.type === 'started') {
			times.set(id, {startMs: line.at - zero, durationMs: 0, attempts: (known?.attempts ?? 0) + 1});
		} else if (known !== undefined) times.set(id, {...known, durationMs: line.at - zero - known.startMs});
	}
	return times;
}

type MoveSources = {
	readonly plan: Plan | undefined;
	readonly spans: ReadonlyMap<string, Times>;
	readonly samples: readonly ProgressSample[];
	readonly zero: number;
};

function moveOf(record: ActionRecord, {plan, spans, samples, zero}: MoveSources): readonly MoveReport[] {
	const move = guestMove(record);
	if (move === undefined) return [];
	const id = firstId(record.id);
	const {attempts = 1, ...real} = spans.get(id) ?? {startMs: 0, durationMs: 0};
	const {bytes, downtimeMs, guest, from, to} = move;
	const {message} = record;
	const hasMoved = record.phase === 'succeeded';
	return [
		{
			guest,
			from,
			to,
			outcome: outcomes[record.phase],
			where: whereIs(record.phase, move),
			attempts,
			...plannedOf(plan?.actions.find(action => action.id === id)),
			real,
			...(hasMoved && bytes !== undefined ? {bytes} : {}),
			...(hasMoved && downtimeMs !== undefined ? {pauseMs: downtimeMs} : {}),
			...allowedPause(record),
			...(hasMoved || message === undefined ? {} : {why: message}),
			rates: samples
				.filter(sample => firstId(sample.id) === id)
				.map(({at, bytesPerSecond, dirtyBytesPerSecond}) => ({
					atMs: at - zero,
					...(bytesPerSecond === undefined ? {} : {bytesPerSecond}),
					...(dirtyBytesPerSecond === undefined ? {} : {dirtyBytesPerSecond}),
				})),
		},
	];
}

const outcomes: Readonly<Record<Phase, MoveOutcome>> = {
	started: 'in progress',
	succeeded: 'moved',
	failed: 'failed',
	undoing: 'in progress',
	undone: 'undone',
	stuck: 'stuck',
	skipped: 'left out',
};

function whereIs(phase: Phase, {from, to}: GuestMove): string {
	if (phase === 'succeeded') return to;
	// A failed move that has not been rolled back may be on either host.
	if (phase === 'undone') return from;
	return `${from} or ${to}: not settled`;
}

function guestMove(record: ActionRecord): GuestMove | undefined {
	if (record.action === hiddenText) return undefined;
	const step = stepOf(record, steps);
	return record.phase === 'succeeded' && record.receipt !== undefined
		? step.guest?.(record.action, record.receipt)
		: step.guest?.(record.action);
}

function allowedPause(record: ActionRecord): Pick<MoveReport, 'allowedPauseMs'> {
	const load = stepOf(record, steps).load?.(record.action);
	if (load === undefined || load.state === 'off') return {};
	return {allowedPauseMs: Math.max(0, ...(load.convergence?.downtimesMs ?? [])) || qemuDowntimeMs};
}

function plannedOf(action: PlannedAction | undefined): Pick<MoveReport, 'planned'> {
	if (action?.expected === undefined) return {};
	const {starts_after_seconds: start, seconds} = action.expected;
	return {planned: {startMs: start * 1000, durationMs: seconds * 1000}};
}

/** A move of the plan of which no action was begun. */
function notBegun(
	action: PlannedAction,
	begun: readonly ActionRecord[],
	skipped: ReadonlyMap<string, string>,
): readonly MoveReport[] {
	const {id, guest, host, to, skip} = action;
	if (guest === undefined || to === undefined || begun.some(record => firstId(record.id) === id)) return [];
	const why = skip ?? skipped.get(guest);
	return [
		{
			guest,
			from: host,
			to,
			outcome: why === undefined ? 'not begun' : 'left out',
			where: host,
			attempts: 0,
			...(skip === undefined ? plannedOf(action) : {}),
			...(why === undefined ? {} : {why}),
			rates: [],
		},
	];
}

function workOf(record: ActionRecord, spans: ReadonlyMap<string, Times>): readonly WorkReport[] {
	const step = stepOf(record, steps);
	if (step.effect === 'read' || guestMove(record) !== undefined) return [];
	const {id, host, action, phase, message} = record;
	const outcome = outcomes[phase];
	const {startMs = 0, durationMs = 0} = spans.get(firstId(id)) ?? {};
	return [
		{
			title: journalActionName({id, host, step, action}).title,
			host,
			outcome: outcome === 'moved' ? 'done' : (outcome as WorkReport['outcome']),
			real: {startMs, durationMs},
			...(message === undefined || phase === 'succeeded' ? {} : {why: message}),
		},
	];
}
