import {endingWords} from '../recap.ts';

/** What the list of runs says of one run, from its journal. */
export type RunSummary = {
	readonly playbook: string;
	/** Milliseconds since 1970. */
	readonly began: number;
	readonly lastRecord: number;
	/** The time in progress, without the time between an interruption and its resume. */
	readonly activeMs: number;
	readonly operator?: string;
	readonly sudoUser?: string;
	readonly controller?: string;
	readonly ticket?: string;
	readonly reason?: string;
	/** The hosts that guests left or were to leave; of a run without moves, the hosts that it changed. */
	readonly hosts: readonly string[];
	readonly moved: readonly string[];
	/** Guests that were selected and are not where the run was to move them. */
	readonly notMoved: readonly string[];
	/** Guests that wait for the next window. */
	readonly waiting: readonly string[];
	/** Of a run that has ended. */
	readonly exitCode?: number;
	/** Actions that are stuck or in progress. */
	readonly open: number;
	/** Everything that it did has been undone. */
	readonly isUndone: boolean;
};

/** A run in the list; `problem` says why its journal cannot be read. */
export type ListedRun = {
	readonly run: string;
	readonly folder: string;
	readonly outcome: RunOutcome;
	readonly summary?: RunSummary;
	readonly problem?: string;
};

export const runOutcomes = [
	'done',
	'undone',
	'prerequisite',
	'failed',
	'incomplete',
	'stuck',
	'interrupted',
	'in progress',
	'died',
	'unreadable',
] as const;

export type RunOutcome = (typeof runOutcomes)[number];

/** The outcome of a run; `isAlive` says whether its process is running. */
export function runOutcome({exitCode, isUndone}: RunSummary, isAlive: boolean): RunOutcome {
	if (isAlive) return 'in progress';
	if (exitCode === undefined) return 'died';
	const word = endingWords[exitCode] ?? 'failed';
	return word === 'done' && isUndone ? 'undone' : word;
}

/** Why a run must not be deleted: it can still be continued, or it cannot be read. */
export function whyKept({run, outcome, summary, problem}: ListedRun): string | undefined {
	if (summary === undefined) return `its journal cannot be read: ${problem ?? 'unknown'}`;
	if (outcome === 'in progress') return `it is in progress; to stop it: vacate abort ${run}`;
	if (outcome === 'died') return `it died; to finish it: vacate resume ${run}`;
	if (outcome === 'stuck' || summary.open > 0) return `it has actions without an end; see: vacate status ${run}`;
	if (summary.waiting.length > 0) return `guests wait for the next window; to continue: vacate resume ${run}`;
	return undefined;
}
