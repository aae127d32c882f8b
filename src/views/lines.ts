import type {ActionName, Event, Failure} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';
import {visible} from './columns.ts';
import {bytesText, durationText, rateText} from './format.ts';
import {noColours, outcomeStyles, type Palette} from './palette.ts';

/** An event as lines of text; no lines for events that only the live view shows. */
export function linesOf(event: Event, palette: Palette = noColours): readonly string[] {
	switch (event.type) {
		case 'run-started':
			return [palette.dim(`run ${event.run}: ${visible(event.playbook)}`)];
		case 'play-started':
			return [palette.strong(`play: ${visible(event.play)}`) + palette.dim(` (${hostsText(event.hosts)})`)];
		case 'task-started':
			return [palette.strong(`task: ${visible(event.name)}`)];
		case 'action-waiting':
			return [`  waiting  ${visible(event.action.title)}: ${limitText(event.limit)}${weightText(event.weight)}`];
		case 'action-started':
			return event.action.guest === undefined ? [] : [`  moving   ${visible(event.action.title)}`];
		case 'action-progress':
			return [];
		case 'action-retry':
			return [
				`  ${palette.notice('retry')}    ${visible(event.action.title)} in ${durationText(event.delayMs)}: ${visible(event.failure.message)}`,
			];
		case 'action-ended':
			return endedLines(event, palette);
		case 'guest-left':
			return [
				`  ${palette.notice('stays')}    ${visible(event.guest)} on ${visible(event.host)}: ${visible(event.reason)}`,
				`           next: ${visible(event.remedy)}`,
			];
		case 'guest-placed-again':
			return [
				`  ${palette.notice('elsewhere')} ${visible(event.guest)} to ${visible(event.to)}, as ${visible(event.tried.at(-1)?.host ?? '')} did not take it`,
			];
		case 'undo-started':
			return [`  undoing  ${visible(event.action.title)}`];
		case 'run-ended':
			return [];
	}
}

/** The names of the hosts; of more than eight only the first four, and the number of others. */
function hostsText(hosts: readonly string[]): string {
	const named = hosts.length > 8 ? hosts.slice(0, 4) : hosts;
	const others = hosts.length - named.length;
	return `${visible(named.join(', '))}${others === 0 ? '' : ` and ${others} others`}`;
}

function endedLines(
	{
		action,
		outcome,
		durationMs,
		reason,
		failure,
		result,
		move,
		ignored,
		rescued,
	}: Event & {readonly type: 'action-ended'},
	palette: Palette,
): readonly string[] {
	const took = durationMs < 100 ? '' : ` in ${durationText(durationMs)}`;
	const moved =
		move === undefined || failure !== undefined
			? ''
			: [
					move.bytes === undefined ? '' : `, ${bytesText(move.bytes)}`,
					move.downtimeMs === undefined ? '' : `, ${durationText(move.downtimeMs)} downtime`,
				].join('');
	const why = ignored ? ', ignored' : rescued ? ', rescued' : reason === undefined ? '' : `: ${visible(reason)}`;
	const place = `${action.guest === undefined ? ' on ' : ' from '}${visible(action.host)}`;
	const word = palette[outcomeStyles[outcome]](outcome) + ' '.repeat(Math.max(0, 8 - outcome.length));
	const head = `  ${word} ${visible(action.title)}${palette.dim(`${place}${took}${moved}${why}`)}`;
	const said = result?.msg !== undefined && failure === undefined ? [`           ${messageText(result.msg)}`] : [];
	return [head, ...said, ...(failure === undefined ? [] : failureLines(failure, palette))];
}

/** What failed and why, where the guest is, and what to do next. */
function failureLines({message, where, left, remedies, command}: Failure, palette: Palette): readonly string[] {
	return [
		`           ${palette.bad(visible(message))}`,
		...(where === undefined ? [] : [`           guest location: ${visible(where)}`]),
		...(left === undefined ? [] : [`           ${leftText(left)}`]),
		...(command === undefined
			? []
			: [palette.dim(`           command on ${visible(command.host)}: ${visible(command.line)}`)]),
		...(command === undefined || command.stderr === ''
			? []
			: command.stderr.split('\n').map(line => palette.dim(`             ${visible(line)}`))),
		...remedies.map(remedy => `           next: ${visible(remedy)}`),
	];
}

/** Files that an action may have left behind. */
export function leftText(left: NonNullable<Failure['left']>): string {
	return `possibly left behind: ${left.map(({host, path}) => visible(`${host}:${path}`)).join(', ')}`;
}

/** An action and why it failed, in one line; a message that names the guest needs no title. */
export function whatFailed({title, guest}: ActionName, {message}: Failure): string {
	return visible(guest !== undefined && message.startsWith(`${guest} `) ? message : `${title}: ${message}`);
}

/** `disks 45 %  112 MiB/s  1.2 GiB left`. */
export function progressText({
	phase,
	percent,
	bytesPerSecond,
	remainingBytes,
	dirtyBytesPerSecond,
	iteration,
	throttlePercent,
}: Progress): string {
	return [
		phase,
		...(percent === undefined ? [] : [`${Math.floor(percent)} %`]),
		...(bytesPerSecond === undefined ? [] : [rateText(bytesPerSecond)]),
		...(remainingBytes === undefined ? [] : [`${bytesText(remainingBytes)} left`]),
		...(dirtyBytesPerSecond === undefined ? [] : [`dirties ${rateText(dirtyBytesPerSecond)}`]),
		...(iteration === undefined ? [] : [`pass ${iteration}`]),
		...(throttlePercent === undefined ? [] : [`throttled ${throttlePercent} %`]),
	].join('  ');
}

/** `per_source kvm1` as a reason to wait: `limit per_source of kvm1`. */
export function limitText(limit: string): string {
	const [name = '', host] = visible(limit).split(' ');
	return host === undefined ? `limit ${name}` : `limit ${name} of ${host}`;
}

/** ` (counts as 2)`: what a guest takes of its limits, where that is more than one. */
export function weightText(weight = 1): string {
	return weight === 1 ? '' : ` (counts as ${weight})`;
}

function messageText(message: unknown): string {
	return visible(typeof message === 'string' ? message : JSON.stringify(message));
}
