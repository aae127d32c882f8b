import type {Origin} from '../engine/ports.ts';
import {tableText, visible} from './columns.ts';
import {originText} from './origin.ts';

/** An action of a run, as its journal or its plan knows it, and where its guest is, as the hosts say. */
export type ActionStatus = {
	readonly id: string;
	readonly host: string;
	readonly title: string;
	readonly phase: 'started' | 'succeeded' | 'failed' | 'undoing' | 'undone' | 'stuck' | 'waiting' | 'left out';
	/** It has begun and has not come to an end. */
	readonly unsettled: boolean;
	readonly guest?: string;
	readonly from?: string;
	readonly to?: string;
	readonly now?: string;
	/** Why it is stuck or was being taken back. */
	readonly message?: string;
	/** Files that it made and that are there, or on a host that does not answer. */
	readonly left?: readonly {readonly host: string; readonly path: string; readonly there: 'yes' | 'unknown'}[];
};

/** How a run stands. */
export type RunStatus = {
	readonly run: string;
	readonly playbook: string;
	readonly alive: boolean;
	/** Who began it, who went on with it, and who asked for its end. */
	readonly origins?: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** Of a run that has come to its end. */
	readonly exitCode?: number;
	/** Guests that wait for the next window. */
	readonly waiting?: readonly string[];
	readonly actions: readonly ActionStatus[];
};

const words: Readonly<Record<ActionStatus['phase'], string>> = {
	started: 'had begun',
	succeeded: 'done',
	failed: 'failed',
	undoing: 'was being taken back',
	undone: 'taken back',
	stuck: 'stuck',
	waiting: 'not begun',
	'left out': 'left out by a reviewer',
};

const originWords = {run: 'begun', resumed: 'gone on with', 'abort-asked': 'told to stop'} as const;

/** How a run stands, as a table, and what to run next. */
export function statusText(status: RunStatus): string {
	const {run, playbook, actions, origins = []} = status;
	const rows = actions.map(({host, title, phase, now = ''}) => [
		visible(host),
		visible(title),
		words[phase],
		visible(now),
	]);
	return [
		[
			`${run}: ${visible(playbook)}`,
			...origins.map(({did, origin}) => `${originWords[did]} by ${originText(origin)}`),
		].join('\n'),
		...(rows.length === 0
			? ['it has changed nothing']
			: [tableText([['host', 'action', 'stands', 'by the hosts'], ...rows])]),
		...actions.filter(({unsettled}) => unsettled).flatMap(openText),
		nextOf(status),
	].join('\n\n');
}

/** What a person needs to know of an action that has not come to an end. */
function openText({title, message, left = []}: ActionStatus): readonly string[] {
	const files = left
		.map(({host, path, there}) => `${host}:${path}${there === 'yes' ? '' : ' (no answer)'}`)
		.map(visible);
	const lines = [
		...(message === undefined ? [] : [visible(`${title}: ${message}`)]),
		...(files.length === 0 ? [] : [`  has left: ${files.join(', ')}`]),
	];
	return lines.length === 0 ? [] : [lines.join('\n')];
}

function nextOf({run, alive, exitCode, actions, waiting: guests = []}: RunStatus): string {
	if (alive) return `it is going on. To stop it: vacate abort ${run}`;
	const open = actions.filter(({unsettled}) => unsettled).length;
	if (exitCode !== undefined && open === 0 && guests.length > 0) {
		return `it has ended with exit code ${exitCode}. For the next window wait ${visible(guests.join(', '))}: vacate resume ${run}`;
	}
	if (exitCode !== undefined && open === 0)
		return `it has ended with exit code ${exitCode}. To take it back: vacate undo ${run}`;
	if (exitCode !== undefined) {
		const stuck = `${open} ${open === 1 ? 'action is' : 'actions are'} stuck`;
		return `it has ended with exit code ${exitCode}: ${stuck}. When you have acted: vacate resume ${run}`;
	}
	const under =
		open === 0 ? 'nothing was under way' : `${open} ${open === 1 ? 'action was' : 'actions were'} under way`;
	const waiting = actions.filter(({phase}) => phase === 'waiting').length;
	const what = waiting === 0 ? under : `${under}, ${waiting} not begun`;
	return `it has died: ${what}. To bring it to its end: vacate resume ${run}`;
}
