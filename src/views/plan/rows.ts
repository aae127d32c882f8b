import type {ExpectedTimeout, Plan, PlannedAction} from '../../plan/document/model.ts';
import type {Warning} from '../../steps/step.ts';
import {bytesText, durationText} from '../format.ts';

/** `8 guests move, 402 MiB, 3 min 05 s, longest pause 31 ms`. */
export function summaryText({expected, left, problems, actions}: Plan): string {
	const {guests, bytes, seconds, longest_pause_ms: pause} = expected;
	const staying = left.filter(({fails}) => fails).length;
	const skipped = actions.filter(({skip}) => skip !== undefined).length;
	return [
		guests === 0 ? 'no guest moves' : `${count(guests, 'guest moves', 'guests move')}`,
		...(guests === 0 ? [] : [bytesText(bytes), durationText(seconds * 1000), `longest pause ${durationText(pause)}`]),
		...(skipped === 0 ? [] : [`${count(skipped, 'action is', 'actions are')} left out`]),
		...(staying === 0 ? [] : [`${count(staying, 'guest has', 'guests have')} no place to go`]),
		...(problems.length === 0 ? [] : [count(problems.length, 'problem', 'problems')]),
	].join(', ');
}

export function count(number: number, one: string, many: string): string {
	return `${number} ${number === 1 ? one : many}`;
}

export type Cells = readonly string[];

export const moveHead: Cells = ['guest', 'from', 'to', 'memory', 'data', 'starts after', 'takes', 'pause', 'waits for'];

/** Which columns of `moveHead` are numbers. */
export const moveNumbers: ReadonlySet<number> = new Set([3, 4, 5, 6, 7]);

/** A line for each guest that moves. */
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

/** A host’s memory in use, before and after: of all, where that is known. */
export type HostBar = {
	readonly host: string;
	readonly total: string;
	readonly before: Bar;
	readonly after: Bar;
};

export type Bar = {
	/** 0 to 1, of the host’s memory, or of the fullest host where that is not known. */
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

/** What a reviewer should look at, the worst first. */
export function risksOf(plan: Plan): readonly string[] {
	const {left, problems} = plan;
	return [
		...problems.map(({title, host, message, remedies}) =>
			[`${title} on ${host} would fail: ${message}`, ...remedies.map(remedy => `Next: ${remedy}`)].join('. '),
		),
		...left.filter(({fails}) => fails).map(({guest, host, reason}) => `${guest} stays on ${host}: ${reason}`),
		...otherRisksOf(plan),
	];
}

/** The same without what would fail and who stays, where these are told with their remedies. */
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
		...open.map(({name, reason}) => `“${name}” is decided only while it runs: ${reason}`),
		...hosts
			.filter(
				({memory_kib: memory, before, after}) =>
					memory !== undefined && after.memory_kib > memory * 0.9 && after.memory_kib > before.memory_kib,
			)
			.map(({host}) => `the guests of ${host} come to more than 90 % of its memory`),
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

const endless = 'it changes its memory faster than it is sent, so the move does not end by itself';

function irreversible(title: string, host: string, why: string): readonly string[] {
	return why === 'nothing is changed' ? [] : [`“${title}” on ${host} cannot be taken back: ${why}`];
}

/** What the checks before the moves have found and what could not be checked. It stands against nothing. */
export function warningsOf({choices}: Plan): readonly Warning[] {
	const seen = new Set<string>();
	return choices
		.flatMap(({warnings}) => warnings)
		.filter(({about, text}) => !seen.has(`${about} ${text}`) && seen.add(`${about} ${text}`) !== undefined);
}

/** For each guest the hosts that do not take it, and why. */
export function rejectionsOf({
	choices,
}: Plan): readonly {readonly guest: string; readonly reasons: readonly string[]}[] {
	// Why a guest stays is told with all hosts already, unless there are many.
	const looked = choices.flatMap(({parts, left}) => [
		...parts,
		...left.filter(({rejected = []}) => rejected.length > 3),
	]);
	return looked.flatMap(({guest, rejected = []}) =>
		rejected.length === 0 ? [] : [{guest, reasons: rejected.map(({host, reason}) => `${host}: ${reason}`)}],
	);
}

/** Whether all fits into the time that was asked about, in a sentence; empty when nobody asked. */
export function windowText({expected: {window, seconds}}: Plan): string {
	if (window === undefined) return '';
	const [takes, has] = [durationText(seconds * 1000), durationText(window.seconds * 1000)];
	if (window.leave_out.length === 0) return `all fits into the window: ${takes} of ${has}`;
	return `it takes ${takes}, and the window is ${has}: leave out ${window.leave_out.join(', ')}`;
}

/** How it is undone, in sentences. */
export function undoTexts({actions}: Plan): readonly string[] {
	const moves = actions.filter(({undo, reads}) => undo === 'settles' && reads === undefined).length;
	const undone = actions.filter(({undo, reads}) => undo === 'undone' && reads === undefined).length;
	return [
		...(moves === 0
			? []
			: [
					'A move that fails or is interrupted is taken back: the guest runs on at its source, and what was made for it at the destination is removed.',
					'A guest that has arrived stays there when another fails. Its disks stay at the source too, so that nothing is lost.',
					'To bring the guests back after the run: vacate return RUN.',
				]),
		...(undone === 0
			? []
			: [
					`${count(undone, 'other action is', 'other actions are')} taken back, the last first, when something later fails.`,
				]),
	];
}
