import {bytesText, durationText, rateText} from '../format.ts';
import {originText} from '../origin.ts';
import {count} from '../plan/rows.ts';
import {endings} from '../recap.ts';
import type {HostGuests, MoveReport, RunReport} from './model.ts';

/** `4 of 5 guests moved, 402 MiB, 3 min 05 s (planned 2 min 50 s, an estimate), longest pause 31 ms`. */
export function reportSummary({moves, realMs, plannedMs}: RunReport): string {
	const moved = moves.filter(({outcome}) => outcome === 'moved');
	const bytes = moved.reduce((sum, move) => sum + (move.bytes ?? 0), 0);
	const pause = Math.max(0, ...moved.map(({pauseMs = 0}) => pauseMs));
	const planned = plannedMs === undefined ? '' : ` (planned ${durationText(plannedMs)}, an estimate)`;
	return [
		moves.length === 0 ? 'no guest moved' : `${moved.length} of ${count(moves.length, 'guest', 'guests')} moved`,
		...(bytes === 0 ? [] : [bytesText(bytes)]),
		`${durationText(realMs)}${planned}`,
		...(pause === 0 ? [] : [`longest pause ${durationText(pause)}`]),
	].join(', ');
}

/** How the run ended. */
export function outcomeText({exitCode}: RunReport): string {
	if (exitCode === undefined) return 'the run has not ended';
	return `${endings[exitCode] ?? 'ended'} (exit code ${exitCode})`;
}

/** What must be seen first: that the policy was overridden, what is stuck or failed, who stays. */
export function reportWarnings({origins, moves, work, left}: RunReport): readonly string[] {
	return [
		...origins.flatMap(({origin}) =>
			origin.override === undefined ? [] : [`THE POLICY WAS OVERRIDDEN by ${originText(origin)}`],
		),
		...moves.flatMap(({guest, outcome, where, why}) =>
			outcome === 'moved' || outcome === 'left out' || outcome === 'not begun'
				? []
				: [`${guest}: ${outcome}${why === undefined ? '' : `: ${why}`}. By the journal it is on ${where}`],
		),
		...work.flatMap(({title, host, outcome, why}) =>
			outcome === 'done' ? [] : [`${title} on ${host}: ${outcome}${why === undefined ? '' : `: ${why}`}`],
		),
		...left.map(({guest, host, reason}) => `${guest} stays on ${host}: ${reason}`),
		...moves.flatMap(({guest, pauseMs, allowedPauseMs}) =>
			pauseMs === undefined || allowedPauseMs === undefined || pauseMs <= allowedPauseMs
				? []
				: [`${guest} paused for ${durationText(pauseMs)}, and ${durationText(allowedPauseMs)} were allowed`],
		),
	];
}

const did = {run: 'begun', resumed: 'resumed', 'abort-asked': 'told to stop'} as const;

/** Who, when, why, from which plan, with which program, under which policy, on which hosts. */
export function basisTexts({origins, provenance}: RunReport): readonly string[] {
	return [
		...origins.map(one => `${did[one.did]} by ${originText(one.origin)}`),
		...(provenance === undefined
			? []
			: [
					`program: ${provenance.tool}`,
					...(provenance.plan === undefined ? [] : [`plan: ${provenance.plan}`]),
					...(provenance.policy === undefined
						? ['policy: none']
						: [`policy: ${provenance.policy.file}, ${provenance.policy.digest}`]),
					...provenance.hosts.map(
						({host, libvirt = 'unknown', qemu = 'unknown'}) => `${host}: libvirt ${libvirt}, QEMU ${qemu}`,
					),
				]),
	];
}

export const moveColumns = [
	'guest',
	'from',
	'to',
	'outcome',
	'data',
	'planned',
	'took',
	'pause',
	'allowed pause',
	'speed',
	'dirtied',
	'is now on',
] as const;

/** Which of them are numbers. */
export const moveNumberColumns: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 10]);

export function moveCells({moves}: RunReport): readonly (readonly string[])[] {
	return moves.map(move => {
		const {guest, from, to, outcome, attempts, planned, real, bytes, pauseMs, allowedPauseMs, where} = move;
		const duration = (ms: number | undefined) => (ms === undefined ? '' : durationText(ms));
		return [
			guest,
			from,
			to,
			attempts > 1 ? `${outcome}, ${attempts} attempts` : outcome,
			bytes === undefined ? '' : bytesText(bytes),
			duration(planned?.durationMs),
			duration(real?.durationMs),
			duration(pauseMs),
			duration(allowedPauseMs),
			highest(move, 'bytesPerSecond'),
			highest(move, 'dirtyBytesPerSecond'),
			where,
		];
	});
}

/** The most that was seen; empty where nothing was. */
export function highest({rates}: MoveReport, of: 'bytesPerSecond' | 'dirtyBytesPerSecond'): string {
	const most = Math.max(0, ...rates.map(point => point[of] ?? 0));
	return most === 0 ? '' : rateText(most);
}

export function hostGuestsText({guests, memoryKib}: HostGuests): string {
	return `${count(guests.length, 'guest', 'guests')}, ${bytesText(memoryKib * 1024)}`;
}

/** `kvm1: 2 kept copies, 648 KiB`. */
export function keptCopyTexts({kept}: RunReport): readonly string[] {
	return kept.map(
		({host, copies, bytes}) => `${host}: ${count(copies, 'kept copy', 'kept copies')}, ${bytesText(bytes)}`,
	);
}

/** The time of day, in UTC. */
export function timeText(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What can be run next. */
export function nextTexts({run, exitCode, moves, waiting}: RunReport): readonly string[] {
	return [
		`where each guest is, by the hosts: vacate status ${run}`,
		...(waiting.length === 0 ? [] : [`in the next window, for ${waiting.join(', ')}: vacate resume ${run}`]),
		...(exitCode === undefined || exitCode === 5 ? [`to finish it: vacate resume ${run}`] : []),
		...(moves.some(({outcome}) => outcome === 'moved') ? [`to bring the guests back: vacate return ${run}`] : []),
		`everything in one file: vacate evidence ${run}`,
	];
}
