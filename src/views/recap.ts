import type {GuestRecap, Recap} from '../engine/events.ts';
import {exitCodes} from '../errors.ts';
import {tableText, visible} from './columns.ts';
import type {ReportedFailure} from './failures.ts';
import {bytesText, durationText} from './format.ts';
import {leftText, whatFailed} from './lines.ts';
import {noColours, outcomeStyles, type Palette} from './palette.ts';

/** The result of a run: each guest, each host, what failed, what to do next, and what the exit code means. */
export function recapText(recap: Recap, failures: readonly ReportedFailure[], palette: Palette = noColours): string {
	return [
		guestsText(recap.guests, palette),
		elsewhereText(recap.guests),
		movedText(recap),
		keptText(recap),
		hostsText(recap, palette),
		failures.map(event => failureText(event, palette)).join('\n'),
		recap.irreversible.map(text => `${palette.bad('not undone')}: ${visible(text)}`).join('\n'),
		[endText(recap, palette), ...nextLines(recap)].join('\n'),
	]
		.filter(part => part !== '')
		.join('\n\n');
}

function guestsText(guests: readonly GuestRecap[], palette: Palette): string {
	if (guests.length === 0) return '';
	const rows = guests.map(({guest, from, to, outcome, where, bytes, seconds, downtimeMs}) => [
		visible(guest),
		visible(from),
		visible(to ?? ''),
		palette[outcomeStyles[outcome]](outcome),
		bytes === undefined ? '' : bytesText(bytes),
		seconds === undefined ? '' : durationText(seconds * 1000),
		downtimeMs === undefined ? '' : durationText(downtimeMs),
		visible(where),
	]);
	const head = ['guest', 'from', 'to', 'outcome', 'bytes', 'time', 'downtime', 'now on'];
	return tableText([head.map(palette.dim), ...rows], new Set([4, 5, 6]));
}

/** Guests that went to another destination than planned, and why. */
function elsewhereText(guests: readonly GuestRecap[]): string {
	return guests
		.flatMap(({guest, tried = []}) =>
			tried.map(({host, reason}) => visible(`${guest}: ${host} did not take it: ${reason}`)),
		)
		.join('\n');
}

/** `kept copies: 2 on kvm1, 648 KiB`. */
export function keptText({kept = []}: Pick<Recap, 'kept'>): string {
	if (kept.length === 0) return '';
	const hosts = kept.map(({host, copies, bytes}) => `${copies} on ${visible(host)}, ${bytesText(bytes)}`);
	return `kept copies: ${hosts.join('; ')}. To list or delete them: vacate disks`;
}

const countStyles = {...outcomeStyles, rescued: 'notice', ignored: 'notice'} as const;
const always = ['ok', 'changed', 'skipped', 'failed', 'unreachable', 'undone', 'stuck'] as const;
const seldom = ['rescued', 'ignored'] as const;

function hostsText({hosts}: Recap, palette: Palette): string {
	const all = Object.values(hosts);
	if (all.length === 0) return '';
	const counted = [...always, ...seldom.filter(count => all.some(counts => counts[count] > 0))];
	const rows = Object.entries(hosts).map(([host, counts]) => [
		visible(host),
		...counted.map(count => palette[counts[count] === 0 ? 'dim' : countStyles[count]](`${counts[count]}`)),
	]);
	return tableText([['host', ...counted].map(palette.dim), ...rows], new Set(counted.map((_, index) => index + 1)));
}

function failureText(event: ReportedFailure, palette: Palette): string {
	if (event.type === 'guest-left') {
		const {guest, host, reason, remedy} = event;
		return `${palette.notice('stays')}: ${visible(guest)} on ${visible(host)}: ${visible(reason)}\n  next: ${visible(remedy)}`;
	}
	const {action, outcome, failure} = event;
	return [
		`${palette[outcomeStyles[outcome]](outcome)} on ${visible(action.host)}: ${whatFailed(action, failure)}`,
		...(failure.where === undefined ? [] : [`  guest location: ${visible(failure.where)}`]),
		...(failure.left === undefined ? [] : [`  ${leftText(failure.left)}`]),
		...failure.remedies.map(remedy => `  next: ${visible(remedy)}`),
	].join('\n');
}

/** What each exit code of a run means. */
export const endings: Readonly<Record<number, string>> = {
	[exitCodes.done]: 'done',
	[exitCodes.prerequisite]: 'a prerequisite is not met; nothing was changed',
	[exitCodes.undone]: 'failed; failed actions were rolled back',
	[exitCodes.incomplete]: 'incomplete: some guests were not moved; nothing was rolled back',
	[exitCodes.stuck]: 'stuck: manual intervention is required',
	[exitCodes.interrupted]: 'interrupted; actions in progress were rolled back',
};

/** The same in one word, for lists. */
export const endingWords: Readonly<
	Record<number, 'done' | 'prerequisite' | 'failed' | 'incomplete' | 'stuck' | 'interrupted'>
> = {
	[exitCodes.done]: 'done',
	[exitCodes.prerequisite]: 'prerequisite',
	[exitCodes.undone]: 'failed',
	[exitCodes.incomplete]: 'incomplete',
	[exitCodes.stuck]: 'stuck',
	[exitCodes.interrupted]: 'interrupted',
};

function endText({exitCode, durationMs, run}: Recap, palette: Palette): string {
	const style = exitCode === exitCodes.done ? 'good' : exitCode === exitCodes.interrupted ? 'notice' : 'bad';
	const end = palette[style](endings[exitCode] ?? 'ended');
	return `${end} ${palette.dim(`(${durationText(durationMs)}, run ${run}, exit code ${exitCode})`)}`;
}

/** A stuck run has not ended: `resume` checks its stuck actions again. An interrupted run has ended. */
function nextLines({exitCode, run}: Recap): readonly string[] {
	if (exitCode === exitCodes.interrupted) return [`  completed actions were kept; to undo them: vacate undo ${run}`];
	if (exitCode !== exitCodes.stuck) return [];
	return [`  to see its state: vacate status ${run}`, `  when the cause is fixed: vacate resume ${run}`];
}

/** `6 of 7 guests moved, 402 MiB, longest downtime 31 ms`. */
function movedText({guests, moves, undoneMoves}: Recap): string {
	const undone = undoneMoves === 0 ? [] : [`${undoneMoves} ${undoneMoves === 1 ? 'move' : 'moves'} undone`];
	if (guests.length === 0) return undone.join('');
	const moved = guests.filter(({outcome}) => outcome === 'changed' || outcome === 'ok');
	const bytes = moved.reduce((sum, guest) => sum + (guest.bytes ?? 0), 0);
	const downtimeMs = moved.reduce((longest, guest) => Math.max(longest, guest.downtimeMs ?? 0), 0);
	const word = guests.length === 1 ? 'guest' : 'guests';
	return [
		moves === moved.length
			? `${moved.length} of ${guests.length} ${word} moved`
			: `${moves} ${moves === 1 ? 'move' : 'moves'} of ${guests.length} ${word}`,
		...undone,
		...(bytes === 0 ? [] : [bytesText(bytes)]),
		...(downtimeMs === 0 ? [] : [`longest downtime ${durationText(downtimeMs)}`]),
	].join(', ');
}
