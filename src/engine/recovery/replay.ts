import type {Json} from '../../steps/step.ts';
import type {ExecutionOverrides} from '../execution-overrides.ts';
import type {JournalEntry, Origin} from '../ports.ts';

/** How far an action has come, by the journal. */
export type Phase = 'started' | 'succeeded' | 'failed' | 'undoing' | 'undone' | 'stuck';

/** What the journal says of an action. */
export type ActionRecord = {
	readonly id: string;
	readonly host: string;
	readonly step: string;
	readonly action: Json;
	readonly overrides?: ExecutionOverrides;
	readonly phase: Phase;
	/** Why it is stuck or has failed. */
	readonly message?: string;
	/** What a finished action left, also while it is being taken back. */
	readonly receipt?: Json;
};

/** What a run came to, by its journal. */
export type JournalReplay = {
	readonly run: Extract<JournalEntry, {type: 'run'}>;
	/** Who began it, who went on with it, and who asked for its end, in their order. */
	readonly origins: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** In the order in which they began. */
	readonly actions: readonly ActionRecord[];
	/** Guests whose moves wait for the next window. */
	readonly waiting: readonly string[];
	/** The exit code of a run that has come to its end. */
	readonly exitCode?: number;
};

/** Which phase each record leads to, and from which. The same table stands in docs/runs.md. */
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
	if (run?.type !== 'run') throw new Error('a journal begins with its run');
	const accounts = new Map<string, ActionRecord>();
	let exitCode: number | undefined;
	for (const record of records.slice(1)) {
		if (record.type === 'abort-asked') continue;
		exitCode = record.type === 'ended' ? record.exitCode : undefined;
		if (record.type === 'started') {
			const {id, host, step, action, overrides} = record;
			// Begun again, it is the last to have begun.
			accounts.delete(id);
			accounts.set(id, {id, host, step, action, ...(overrides === undefined ? {} : {overrides}), phase: 'started'});
		} else if ('id' in record) {
			const account = accounts.get(record.id);
			if (account === undefined) throw new Error(`${record.type} of ${record.id}, which never began`);
			accounts.set(record.id, advance(account, record));
		}
	}
	const origins = records.flatMap(record =>
		'origin' in record && record.origin !== undefined ? [{did: record.type, origin: record.origin}] : [],
	);
	return {
		run,
		origins,
		actions: [...accounts.values()],
		waiting: waitingIn(records),
		...(exitCode === undefined ? {} : {exitCode}),
	};
}

/** Since the run was last gone on with: what waits still is told again then. */
function waitingIn(records: readonly JournalEntry[]): readonly string[] {
	const from = records.findLastIndex(({type}) => type === 'resumed');
	const left = records
		.slice(from + 1)
		.flatMap(record => (record.type === 'left' && record.waits === 'window' ? [record.guest] : []));
	return [...new Set(left)];
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
