import type {Json} from '../../steps/step.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';
import type {JournalEntry, Origin} from '../ports.ts';

/** The phase of an action, according to the journal. */
export type Phase = 'started' | 'succeeded' | 'failed' | 'undoing' | 'undone' | 'stuck';

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
};

/** The state of a run, according to its journal. */
export type JournalReplay = {
	readonly run: Extract<JournalEntry, {type: 'run'}>;
	/** Who started it, resumed it, and asked it to stop, in order. */
	readonly origins: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** In the order of their start. */
	readonly actions: readonly ActionRecord[];
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
			const {id, host, step, action, overrides} = record;
			// Started again, so now the last one.
			accounts.delete(id);
			accounts.set(id, {id, host, step, action, ...(overrides === undefined ? {} : {overrides}), phase: 'started'});
		} else if ('id' in record) {
			const account = accounts.get(record.id);
			if (account === undefined) throw new Error(`${record.type} of ${record.id}, which was never started`);
			accounts.set(record.id, advance(account, record));
		}
	}
	const origins = records.flatMap(record =>
		'origin' in record && record.origin !== undefined ? [{did: record.type, origin: record.origin}] : [],
	);
	return {run, origins, actions: [...accounts.values()], ...(exitCode === undefined ? {} : {exitCode})};
}

function advance(account: ActionRecord, record: JournalEntry): ActionRecord {
	const transition = transitions[record.type];
	if (transition === undefined || !transition.from.includes(account.phase)) {
		throw new Error(`${record.type} of ${account.id}, which is ${account.phase}`);
	}
	return {
		...account,
		phase: transition.to,
		...(record.type === 'succeeded' ? {receipt: record.receipt} : {}),
		...('message' in record ? {message: record.message} : {}),
	};
}
