import type {Origin, RunProvenance} from '../../engine/ports.ts';

/** How a move ended, by the journal. */
export type MoveOutcome = 'moved' | 'failed' | 'undone' | 'stuck' | 'in progress' | 'left out' | 'not begun';

/** A time span in milliseconds, counted from the start of the first action. */
export type Span = {readonly startMs: number; readonly durationMs: number};

/** Speed and dirtied memory at a time, counted as spans are. */
export type RatePoint = {
	readonly atMs: number;
	readonly bytesPerSecond?: number;
	readonly dirtyBytesPerSecond?: number;
};

export type MoveReport = {
	readonly guest: string;
	readonly from: string;
	readonly to: string;
	readonly outcome: MoveOutcome;
	/** Where the guest is, by the journal. */
	readonly where: string;
	/** How often it was begun. */
	readonly attempts: number;
	readonly planned?: Span;
	readonly real?: Span;
	readonly bytes?: number;
	readonly pauseMs?: number;
	/** The longest pause that the playbook allows; left out for a guest that is off. */
	readonly allowedPauseMs?: number;
	/** Why it failed, is stuck or was left out. */
	readonly why?: string;
	readonly rates: readonly RatePoint[];
};

/** Another action than a move, that wrote. */
export type WorkReport = {
	readonly title: string;
	readonly host: string;
	readonly outcome: 'done' | 'failed' | 'undone' | 'stuck' | 'in progress';
	readonly real: Span;
	readonly why?: string;
};

export type HostReport = {
	readonly host: string;
	readonly memoryKib?: number;
	readonly before: HostGuests;
	readonly after: HostGuests;
};

export type HostGuests = {readonly memoryKib: number; readonly guests: readonly string[]};

/** What happened in a run. */
export type RunReport = {
	readonly run: string;
	readonly playbook: string;
	/** Left out for a run that has not come to its end. */
	readonly exitCode?: number;
	readonly origins: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	readonly provenance?: RunProvenance;
	/** Milliseconds since 1970. */
	readonly began: number;
	readonly lastRecord: number;
	readonly plannedMs?: number;
	readonly realMs: number;
	readonly moves: readonly MoveReport[];
	readonly work: readonly WorkReport[];
	/** Guests that wait for the next window. */
	readonly waiting: readonly string[];
	/** Guests that stay, the reasons as the journal has them. */
	readonly left: readonly {readonly guest: string; readonly host: string; readonly reason: string}[];
	readonly hosts: readonly HostReport[];
	readonly kept: readonly {readonly host: string; readonly copies: number; readonly bytes: number}[];
};
