import type {Json} from '../../steps/step.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';
import type {JournalEntry, Origin, ResolvedAs} from '../ports.ts';

/** The phase of an action, according to the journal. */
export type Phase = 'started' | 'succeeded' | 'failed' | 'undoing' | 'undone' | 'stuck' | 'skipped';

/** An action, according to the journal. */
export type ActionRecord = {
	readonly id: string;
	readonly host: string;
	readonly step: string;
	readonly action: Json;
	readonly overrides?: ExecutionOverrides;
	readonly phase: Phase;
	/** Why it is stuck or failed. */
	readonly message?: string;
	/** The receipt of a completed action, also while it is being undone. */
	readonly receipt?: Json;
	/** Its task does it again until a condition is true. */
	readonly repeats?: true;
	/** How it was resolved when its end was unknown: by whom, or why without a person. */
	readonly resolution?: {readonly as: ResolvedAs; readonly why?: string; readonly origin?: Origin};
};

/** A guest that was asked for and was not moved. */
export type GuestNotMoved = {readonly guest: string; readonly host: string; readonly reason: string};

/** The state of a run, according to its journal. */
export type JournalReplay = {
	readonly run: Extract<JournalEntry, {type: 'run'}>;
	/** Who started it, resumed it, and asked it to stop, in order. */
	readonly origins: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** In the order of their start. */
	readonly actions: readonly ActionRecord[];
	/** Guests that were asked for and stayed, as each of them was told last. */
	readonly left: readonly GuestNotMoved[];
	/** Guests whose moves wait for the next window. */
	readonly waiting: readonly string[];
	/** The exit code of a run that has ended. */
	readonly exitCode?: number;
};

/** The phase that each record leads to, and from which phases. The table is also in docs/runs.md. */
const transitions: Readonly<
	Partial<{[Type in JournalEntry['type']]: {readonly from: readonly Phase[]; readonly to: Phase}}>
> = {
	succeeded: {from: ['started', 'failed', 'undoing', 'stuck'], to: 'succeeded'},
	failed: {from: ['started'], to: 'failed'},
	'undo-started': {from: ['started', 'succeeded', 'failed', 'undoing', 'stuck'], to: 'undoing'},
	undone: {from: ['undoing'], to: 'undone'},
	stuck: {from: ['started', 'succeeded', 'failed', 'undoing', 'stuck'], to: 'stuck'},
};

const unfinished = ['started', 'failed', 'undoing', 'stuck'] as const;

/** The phase of an action whose outcome was unknown, by its resolution. */
const resolutions: Readonly<Record<ResolvedAs, Phase>> = {done: 'succeeded', again: 'undone', skip: 'skipped'};

/** Replays a journal. Throws Error for a record that cannot follow those before it. */
export function replayJournal(records: readonly JournalEntry[]): JournalReplay {
	const [run] = records;
	if (run?.type !== 'run') throw new Error('the first record of a journal must be its run');
	const accounts = new Map<string, ActionRecord>();
	let exitCode: number | undefined;
	for (const record of records.slice(1)) {
		if (record.type === 'abort-asked') continue;
		exitCode = record.type === 'ended' ? record.exitCode : undefined;
		if (record.type === 'started') {
			const {id, host, step, action, overrides, repeats} = record;
			const resolution = accounts.get(id)?.resolution;
			// Started again, so now the last one.
			accounts.delete(id);
			accounts.set(id, {
				id,
				host,
				step,
				action,
				...(overrides === undefined ? {} : {overrides}),
				...(repeats === undefined ? {} : {repeats}),
				phase: 'started',
				...(resolution?.as === 'again' ? {resolution} : {}),
			});
		} else if ('id' in record) {
			const account = accounts.get(record.id);
			if (account === undefined) throw new Error(`${record.type} of ${record.id}, which was never started`);
			accounts.set(record.id, advance(account, record));
		}
	}
	const origins = records.flatMap(record => originIn(record));
	const left = new Map(
		records.flatMap(record => (record.type === 'left' ? [[`${record.host} ${record.guest}`, record] as const] : [])),
	);
	const stayed = [...left.values()].map(({guest, host, reason}) => ({guest, host, reason}));
	return {
		run,
		origins,
		actions: [...accounts.values()],
		left: stayed,
		waiting: waitingIn(records),
		...(exitCode === undefined ? {} : {exitCode}),
	};
}

/** Only since the run was last resumed: a guest that still waits is recorded again then. */
function waitingIn(records: readonly JournalEntry[]): readonly string[] {
	const from = records.findLastIndex(({type}) => type === 'resumed');
	const left = records
		.slice(from + 1)
		.flatMap(record => (record.type === 'left' && record.waits === 'window' ? [record.guest] : []));
	return [...new Set(left)];
}

function originIn(record: JournalEntry): JournalReplay['origins'] {
	if (record.type === 'resolved' || !('origin' in record) || record.origin === undefined) return [];
	return [{did: record.type, origin: record.origin}];
}

/** A replay with one more entry, about an action that it has. */
export function withEntry(replay: JournalReplay, entry: Extract<JournalEntry, {type: 'resolved'}>): JournalReplay {
	return {
		...replay,
		actions: replay.actions.map(account => (account.id === entry.id ? advance(account, entry) : account)),
	};
}

function advance(account: ActionRecord, record: JournalEntry): ActionRecord {
	const transition =
		record.type === 'resolved' ? {from: unfinished, to: resolutions[record.as]} : transitions[record.type];
	if (transition === undefined || !transition.from.some(phase => phase === account.phase)) {
		throw new Error(`${record.type} of ${account.id}, which is ${account.phase}`);
	}
	return {
		...account,
		phase: transition.to,
		...('receipt' in record && record.receipt !== undefined ? {receipt: record.receipt} : {}),
		...('message' in record ? {message: record.message} : {}),
		...(record.type === 'resolved' ? {resolution: resolutionIn(record)} : {}),
	};
}

function resolutionIn({
	as,
	why,
	origin,
}: Extract<JournalEntry, {type: 'resolved'}>): NonNullable<ActionRecord['resolution']> {
	return {as, ...(why === undefined ? {} : {why}), ...(origin === undefined ? {} : {origin})};
}
