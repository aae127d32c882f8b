import type {Event, Failure} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';
import {bytesText, durationText, rateText, visible} from './format.ts';

/** How an event reads as lines of text; none for what only a live view shows. */
export function linesOf(event: Event): readonly string[] {
	switch (event.type) {
		case 'run-started':
			return [`run ${event.run}: ${visible(event.playbook)}`];
		case 'play-started':
			return [`play: ${visible(event.play)} (${event.hosts.join(', ')})`];
		case 'task-started':
			return [`task: ${visible(event.name)}`];
		case 'action-waiting':
			return [`  waits    ${visible(event.action.title)}: ${limitText(event.limit)}`];
		case 'action-started':
			return event.action.guest === undefined ? [] : [`  moves    ${visible(event.action.title)}`];
		case 'action-progress':
			return [];
		case 'action-retry':
			return [
				`  again    ${visible(event.action.title)} in ${durationText(event.delayMs)}: ${visible(event.failure.message)}`,
			];
		case 'action-ended':
			return endedLines(event);
		case 'guest-left':
			return [
				`  stays    ${visible(event.guest)} on ${event.host}: ${visible(event.reason)}`,
				`           ${visible(event.remedy)}`,
			];
		case 'undo-started':
			return [`  undoes   ${visible(event.action.title)}`];
		case 'run-ended':
			return [];
	}
}

function endedLines({
	action,
	outcome,
	durationMs,
	reason,
	failure,
	result,
	move,
}: Event & {readonly type: 'action-ended'}): readonly string[] {
	const took = durationMs < 100 ? '' : ` in ${durationText(durationMs)}`;
	const moved =
		move === undefined || failure !== undefined
			? ''
			: [
					move.bytes === undefined ? '' : `, ${bytesText(move.bytes)}`,
					move.downtimeMs === undefined ? '' : `, ${durationText(move.downtimeMs)} downtime`,
				].join('');
	const why = reason === undefined ? '' : `: ${visible(reason)}`;
	const place = action.guest === undefined ? ` on ${action.host}` : ` from ${action.host}`;
	const head = `  ${outcome.padEnd(8)} ${visible(action.title)}${place}${took}${moved}${why}`;
	const said = result?.msg !== undefined && failure === undefined ? [`           ${messageText(result.msg)}`] : [];
	return [head, ...said, ...(failure === undefined ? [] : failureLines(failure))];
}

/** What failed and why, where the guest is, what to run next. */
export function failureLines({message, where, remedies, command}: Failure): readonly string[] {
	return [
		`           ${visible(message)}`,
		...(where === undefined ? [] : [`           where it is: ${visible(where)}`]),
		...(command === undefined ? [] : [`           command on ${command.host}: ${visible(command.line)}`]),
		...(command === undefined || command.stderr === ''
			? []
			: command.stderr.split('\n').map(line => `             ${visible(line)}`)),
		...remedies.map(remedy => `           next: ${visible(remedy)}`),
	];
}

/** `disks 45 %  112 MiB/s  1.2 GiB left`. */
export function progressText({
	phase,
	percent,
	bytesPerSecond,
	remainingBytes,
	dirtyBytesPerSecond,
	iteration,
}: Progress): string {
	return [
		phase,
		...(percent === undefined ? [] : [`${Math.floor(percent)} %`]),
		...(bytesPerSecond === undefined ? [] : [rateText(bytesPerSecond)]),
		...(remainingBytes === undefined ? [] : [`${bytesText(remainingBytes)} left`]),
		...(dirtyBytesPerSecond === undefined ? [] : [`dirties ${rateText(dirtyBytesPerSecond)}`]),
		...(iteration === undefined ? [] : [`pass ${iteration}`]),
	].join('  ');
}

/** `per_source kvm1` as a reason to wait. */
function limitText(limit: string): string {
	const [name = '', host] = limit.split(' ');
	return host === undefined ? `limit ${name}` : `limit ${name} of ${host}`;
}

function messageText(message: unknown): string {
	return typeof message === 'string' ? visible(message) : JSON.stringify(message);
}
