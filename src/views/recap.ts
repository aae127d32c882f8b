import type {GuestRecap, Recap} from '../engine/events.ts';
import {exitCodes} from '../errors.ts';
import {bytesText, durationText, tableText, visible} from './format.ts';

/** What a run came to: each host, each guest, what could not be taken back, and what the exit code means. */
export function recapText(recap: Recap): string {
	return [
		guestsText(recap.guests),
		hostsText(recap),
		...recap.irreversible.map(text => `not taken back: ${visible(text)}`),
		`${endText(recap.exitCode)} in ${durationText(recap.durationMs)} (run ${recap.run}, exit code ${recap.exitCode})`,
	]
		.filter(part => part !== '')
		.join('\n\n');
}

function guestsText(guests: readonly GuestRecap[]): string {
	if (guests.length === 0) return '';
	const rows = guests.map(({guest, from, to, outcome, where, bytes, seconds, downtimeMs}) => [
		visible(guest),
		from,
		to ?? '',
		outcome,
		bytes === undefined ? '' : bytesText(bytes),
		seconds === undefined ? '' : durationText(seconds * 1000),
		downtimeMs === undefined ? '' : durationText(downtimeMs),
		visible(where),
	]);
	return tableText(
		[['guest', 'from', 'to', 'outcome', 'bytes', 'time', 'downtime', 'is now on'], ...rows],
		new Set([4, 5, 6]),
	);
}

function hostsText({hosts}: Recap): string {
	const outcomes = ['ok', 'changed', 'skipped', 'failed', 'unreachable', 'undone', 'stuck'] as const;
	const rows = Object.entries(hosts).map(([host, counts]) => [
		host,
		...outcomes.map(outcome => String(counts[outcome])),
	]);
	return tableText([['host', ...outcomes], ...rows], new Set([1, 2, 3, 4, 5, 6, 7]));
}

const endings: Readonly<Record<number, string>> = {
	[exitCodes.done]: 'done',
	[exitCodes.prerequisite]: 'a prerequisite is not met; nothing was changed',
	[exitCodes.undone]: 'failed; what failed has been taken back',
	[exitCodes.stuck]: 'stuck: a person must act',
	[exitCodes.interrupted]: 'interrupted; what was under way has been taken back',
};

function endText(exitCode: number): string {
	return endings[exitCode] ?? 'ended';
}
