import type {Event} from '../engine/events.ts';
import type {JournalEntry} from '../engine/ports.ts';
import type {Progress} from '../steps/step.ts';
import {visible} from './columns.ts';
import {FailureList} from './failures.ts';
import {linesOf, progressText} from './lines.ts';
import {originText} from './origin.ts';
import {recapText} from './recap.ts';
import {timeText} from './report/rows.ts';

/** What is stored of a run: the records of its journal, its events, and how far its moves were. */
export type LogSources = {
	readonly records: readonly ({readonly at: number} & JournalEntry)[];
	/** None for a run of a version that did not store them. */
	readonly events: readonly Event[];
	readonly samples: readonly ({readonly at: number; readonly id: string} & Progress)[];
};

/** Lines that belong to one time. */
type Timed = {readonly at: number; readonly lines: readonly string[]};

/** The progress of a move is printed at this interval, as during the run. */
const progressEveryMs = 10_000;

/** A run as its output was seen, each line with its time of day in UTC. */
export function logText({records, events, samples}: LogSources): string {
	const isStored = events.length > 0;
	const titles = new Map(events.flatMap(event => ('action' in event ? [[event.action.id, event.action.title]] : [])));
	const failures = new FailureList();
	const all: readonly Timed[] = [
		...records.map(record => ({at: record.at, lines: isStored ? whoLines(record) : recordLines(record)})),
		...events.map(event => ({at: event.at, lines: eventLines(event, failures)})),
		...spaced(samples).map(({at, id, ...progress}) => ({
			at,
			lines: [`  ${visible(titles.get(id) ?? id)}: ${progressText(progress)}`],
		})),
	];
	return all
		.toSorted((one, other) => one.at - other.at)
		.flatMap(({at, lines}) => lines.map(line => (line === '' ? '' : `${timeText(at)} ${line}`)))
		.join('\n');
}

function eventLines(event: Event, failures: FailureList): readonly string[] {
	failures.on(event);
	if (event.type !== 'run-ended') return linesOf(event);
	return recapText(event.recap, failures.all).split('\n');
}

/** For each move, samples that are at least the interval apart. */
function spaced(samples: LogSources['samples']): LogSources['samples'] {
	const last = new Map<string, number>();
	return samples.filter(({at, id}) => {
		const before = last.get(id);
		if (before !== undefined && at - before < progressEveryMs) return false;
		last.set(id, at);
		return before !== undefined;
	});
}

/** Who started, resumed and stopped the run: the events do not say it. */
function whoLines(record: JournalEntry): readonly string[] {
	switch (record.type) {
		case 'run':
			return record.origin === undefined ? [] : [`started by ${originText(record.origin)}`];
		case 'resumed':
			return [`resumed${record.origin === undefined ? '' : ` by ${originText(record.origin)}`}`];
		case 'abort-asked':
			return [`abort requested by ${originText(record.origin)}`];
		case 'resolved':
			return [
				visible(`${record.id}: resolved as ${record.as}`) +
					(record.origin === undefined ? visible(`: ${record.why ?? ''}`) : ` by ${originText(record.origin)}`),
			];
		default:
			return [];
	}
}

/** A record of the journal as a line, for a run whose events were not stored. */
function recordLines(record: JournalEntry): readonly string[] {
	switch (record.type) {
		case 'run':
			return [visible(`run ${record.run}: ${record.playbook}`), ...whoLines(record)];
		case 'started':
			return [visible(`  started  ${record.id}: ${record.step} on ${record.host}`)];
		case 'succeeded':
			return [visible(`  done     ${record.id}`)];
		case 'failed':
			return [visible(`  failed   ${record.id}: ${record.message}`)];
		case 'undo-started':
			return [visible(`  undoing  ${record.id}`)];
		case 'undone':
			return [visible(`  undone   ${record.id}`)];
		case 'stuck':
			return [visible(`  stuck    ${record.id}: ${record.message}`)];
		case 'left':
			return [visible(`  stays    ${record.guest} on ${record.host}: ${record.reason}`)];
		case 'skipped':
			return [visible(`  skipped  ${record.guest} on ${record.host}: ${record.reason}`)];
		case 'placed-again':
			return [
				visible(`  elsewhere ${record.guest} to ${record.to}, as ${record.tried.at(-1)?.host ?? ''} did not take it`),
			];
		case 'ended':
			return [`ended with exit code ${record.exitCode}`];
		case 'provenance':
			return [];
		case 'resumed':
		case 'abort-asked':
		case 'resolved':
			return whoLines(record);
	}
}
