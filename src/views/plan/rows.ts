import type {ExpectedTimeout, Plan, PlannedAction} from '../../plan/document/model.ts';
import type {Warning} from '../../steps/step.ts';
import {bytesText, durationText} from '../format.ts';

/** `8 guests move, 402 MiB, 3 min 05 s, longest downtime 31 ms`. */
export function summaryText({expected, left, problems, actions}: Plan): string {
	const {guests, bytes, seconds, longest_pause_ms: pause} = expected;
	const staying = left.filter(({fails}) => fails).length;
	const skipped = actions.filter(({skip}) => skip !== undefined).length;
	return [
		guests === 0 ? 'no guest moves' : `${count(guests, 'guest moves', 'guests move')}`,
		...(guests === 0
			? []
			: [bytesText(bytes), durationText(seconds * 1000), `longest downtime ${durationText(pause)}`]),
		...(skipped === 0 ? [] : [`${count(skipped, 'action is', 'actions are')} left out`]),
		...(staying === 0 ? [] : [`${count(staying, 'guest', 'guests')} cannot be placed`]),
		...(problems.length === 0 ? [] : [count(problems.length, 'problem', 'problems')]),
	].join(', ');
}

export function count(number: number, one: string, many: string): string {
	return `${number} ${number === 1 ? one : many}`;
}

export type Cells = readonly string[];

export const moveHead: Cells = [
	'guest',
	'from',
	'to',
	'memory',
	'data',
	'starts after',
	'duration',
	'downtime',
	'waits for',
];

/** Which columns of `moveHead` are numbers. */
export const moveNumbers: ReadonlySet<number> = new Set([3, 4, 5, 6, 7]);

/** One row for each guest that moves. */
export function moveRows(plan: Plan): readonly Cells[] {
	const found = new Map(plan.guests.map(guest => [guest.uuid, guest]));
	return movesOf(plan).map(({guest = '', uuid, host, to = '', skip, ...action}) => {
		const expected = skip === undefined ? action.expected : undefined;
		const memory = found.get(uuid ?? '')?.memory_kib;
		return [
			guest,
			host,
			skip === undefined ? to : `stays: ${skip}`,
			memory === undefined ? '' : bytesText(memory * 1024),
			expected === undefined ? '' : bytesText(expected.bytes),
			expected === undefined ? '' : durationText(expected.starts_after_seconds * 1000),
			expected === undefined ? '' : durationText(expected.seconds * 1000),
			expected === undefined ? '' : durationText(expected.pause_ms),
			expected?.waits_for === undefined ? '' : limitName(expected.waits_for),
		];
	});
}

export function movesOf({actions}: Plan): readonly PlannedAction[] {
	return actions.filter(({uuid}) => uuid !== undefined);
}

/** `per_source kvm1` as `per_source of kvm1`. */
export function limitName(limit: string): string {
	const [name = '', host] = limit.split(' ');
	return host === undefined ? name : `${name} of ${host}`;
}

/** The memory of a host in use by guests before and after, and its total where it is known. */
export type HostBar = {
	readonly host: string;
	readonly total: string;
	readonly before: Bar;
	readonly after: Bar;
};

export type Bar = {
	/** 0 to 1, of the memory of the host, or of the fullest host where the memory is not known. */
	readonly share: number;
	readonly text: string;
	readonly guests: readonly string[];
};

export function hostBars({hosts}: Plan): readonly HostBar[] {
	const fullest = Math.max(1, ...hosts.flatMap(({before, after}) => [before.memory_kib, after.memory_kib]));
	return hosts.map(({host, memory_kib: memory, before, after}) => {
		const bar = ({memory_kib: used, guests}: typeof before): Bar => ({
			share: Math.min(1, used / (memory ?? fullest)),
			text: `${count(guests.length, 'guest', 'guests')}, ${bytesText(used * 1024)}`,
			guests,
		});
		return {host, total: memory === undefined ? '' : bytesText(memory * 1024), before: bar(before), after: bar(after)};
	});
}

/** What a reviewer should know, the most severe first; guests that stay are listed on their own. */
export function risksOf(plan: Plan): readonly string[] {
	return [
		...plan.problems.map(({title, host, message, remedies}) =>
			[`${title} on ${host} would fail: ${message}`, ...remedies.map(remedy => `Next: ${remedy}`)].join('. '),
		),
		...otherRisksOf(plan),
	];
}

/** The warnings without problems and staying guests, for views that show those with their remedies. */
export function otherRisksOf(plan: Plan): readonly string[] {
	const {actions, decided_at_run_time: open, hosts} = plan;
	return [
		...actions.flatMap(({title, host, undo}) =>
			typeof undo === 'object' && title !== '' ? irreversible(title, host, undo.irreversible) : [],
		),
		...actions.flatMap(({guest = '', expected}) => (expected?.endless === true ? [`${guest}: ${endless}`] : [])),
		...actions.flatMap(({guest = '', expected}) =>
			expected?.timeout === undefined ? [] : [`${guest}: ${timeoutText(expected.timeout)}`],
		),
		...actions.flatMap(({guest = '', warnings = []}) => warnings.map(text => `${guest}: ${text}`)),
		...open.map(({name, reason}) => `“${name}” is decided at run time: ${reason}`),
		...unusedHosts(plan).map(({host, reason}) => `${host} is not used: ${reason}`),
		...hosts
			.filter(
				({memory_kib: memory, before, after}) =>
					memory !== undefined && after.memory_kib > memory * 0.9 && after.memory_kib > before.memory_kib,
			)
			.map(({host}) => `the guests on ${host} will use more than 90 % of its memory`),
	];
}

/** `copying its disks is expected to reach the deadline of 10 min 00 s, and the move is then aborted`. */
export function timeoutText({phase, cause, after_seconds: seconds, action}: ExpectedTimeout): string {
	const copy = `copying its ${phase} is expected to`;
	const after = durationText(seconds * 1000);
	const when = cause === 'deadline' ? `reach the deadline of ${after}` : `stall after ${after}`;
	return `${copy} ${when}, and ${timeoutActions[action]}`;
}

const timeoutActions: Readonly<Record<ExpectedTimeout['action'], string>> = {
	abort: 'the move is then aborted',
	suspend: 'the guest is then suspended until its memory has been sent',
	postcopy: 'the move then switches to post-copy',
};

const endless = 'it dirties memory faster than it can be sent, so the move does not converge';

function irreversible(title: string, host: string, why: string): readonly string[] {
	return why === 'nothing is changed' ? [] : [`“${title}” on ${host} cannot be undone: ${why}`];
}

/** `limits on kvm1: per_source 2, total 5; a guest whose disks are copied counts as 2, so 1 moves at a time`. */
export function limitTexts({choices}: Plan): readonly string[] {
	return choices.flatMap(({id, limits, parts}) => {
		const weight = Math.max(1, ...parts.map(part => part.weight ?? 1));
		if (weight === 1) return [];
		const names = ['per_source', 'per_destination', 'per_link', 'total'] as const;
		const allowed = names.flatMap(name => {
			const values = Object.entries(limits).flatMap(([key, value]) => (key.split(' ')[0] === name ? [value] : []));
			return values.length === 0 ? [] : [{name, value: Math.min(...values)}];
		});
		const least = Math.min(...allowed.filter(({name}) => name !== 'total').map(({value}) => value));
		const told = allowed.map(({name, value}) => `${name} ${value}`).join(', ');
		const atOnce = Math.max(1, Math.floor(least / weight));
		return [
			`limits on ${id.split('@')[1] ?? id}: ${told}; a guest whose disks are copied counts as ${weight} (storage_weight), so ${atOnce} such ${atOnce === 1 ? 'guest moves' : 'guests move'} at a time`,
		];
	});
}

/** The results of the preflight checks that do not block a move, and the checks that could not be done. */
export function warningsOf({choices}: Plan): readonly Warning[] {
	const seen = new Set<string>();
	return choices
		.flatMap(({warnings}) => warnings)
		.filter(({about, text}) => !seen.has(`${about} ${text}`) && seen.add(`${about} ${text}`) !== undefined);
}

type Unused = {readonly host: string; readonly reason: string};

/** The hosts that were rejected for all guests that move, for the same reason, such as one that did not respond. */
function unusedHosts({choices}: Plan): readonly Unused[] {
	const unused = choices.flatMap(({parts: [first, ...others]}) =>
		(first?.rejected ?? []).filter(one => others.every(({rejected = []}) => rejected.some(isSame(one)))),
	);
	return unused.filter((one, index) => unused.findIndex(isSame(one)) === index);
}

const isSame = (one: Unused) => (other: Unused) => one.host === other.host && one.reason === other.reason;

/** For each guest, the hosts that were rejected as its destination but are used by others, and why. */
export function rejectionsOf(plan: Plan): readonly {readonly guest: string; readonly reasons: readonly string[]}[] {
	const unused = unusedHosts(plan);
	// The reason of a guest that stays names all hosts already, unless there are more than three.
	const looked = plan.choices.flatMap(({parts, left}) => [
		...parts,
		...left.filter(({rejected = []}) => rejected.length > 3),
	]);
	return looked.flatMap(({guest, rejected = []}) => {
		const reasons = rejected.filter(one => !unused.some(isSame(one))).map(({host, reason}) => `${host}: ${reason}`);
		return reasons.length === 0 ? [] : [{guest, reasons}];
	});
}

/** Check results that no other part of a view shows: those of windows and of guests that cannot move back have their own. */
export function otherWarningsOf(plan: Plan): readonly Warning[] {
	return warningsOf(plan).filter(({about, cannot_return: cannot}) => about !== 'window' && cannot !== true);
}

/** Whether the plan fits into `--window`, in a sentence; empty without `--window`. */
export function windowText({expected: {window, seconds}}: Plan): string {
	if (window === undefined) return '';
	const [takes, has] = [durationText(seconds * 1000), durationText(window.seconds * 1000)];
	if (window.leave_out.length === 0) return `the plan fits into the window: ${takes} of ${has}`;
	return `the plan takes ${takes}, and the window is ${has}: leave out ${window.leave_out.join(', ')}`;
}

/** What is rolled back after a failure, in sentences. */
export function undoTexts({actions}: Plan): readonly string[] {
	const moves = actions.filter(({undo, reads}) => undo === 'final' && reads === undefined).length;
	const undone = actions.filter(({undo, reads}) => undo === 'undone' && reads === undefined).length;
	return [
		...(moves === 0
			? []
			: [
					'A move that fails or is interrupted is rolled back: the guest keeps running on its source, and files created for it on the destination are removed.',
					'A guest that has moved stays on its destination when another move fails. Unless the playbook deletes them, its disk images stay on the source as kept copies.',
				]),
		...(undone === 0
			? []
			: [
					`${count(undone, 'other action is', 'other actions are')} rolled back, in reverse order, when a later action fails.`,
				]),
	];
}
