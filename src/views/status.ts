import type {KeptRecap} from '../engine/events.ts';
import type {Origin} from '../engine/ports.ts';
import {tableText, visible} from './columns.ts';
import {originText} from './origin.ts';
import {keptText} from './recap.ts';

/** An action of a run, as its journal or its plan knows it, and where its guest is, as the hosts say. */
export type ActionStatus = {
	readonly id: string;
	readonly host: string;
	readonly title: string;
	readonly phase:
		| 'started'
		| 'succeeded'
		| 'failed'
		| 'undoing'
		| 'undone'
		| 'stuck'
		| 'skipped'
		| 'waiting'
		| 'left out';
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
	/** Its outcome is unknown, and only a person can tell: the commands that say it. */
	readonly resolve?: readonly string[];
	/** What was said of it when its outcome was unknown. */
	readonly resolution?: {readonly as: 'done' | 'again' | 'skip'; readonly why?: string; readonly origin?: Origin};
};

const resolutionWords = {done: 'was done', again: 'is done again', skip: 'is left as it is'} as const;

/** How a run stands. */
export type RunStatus = {
	readonly run: string;
	readonly playbook: string;
	readonly alive: boolean;
	/** Who began it, who went on with it, and who asked for its end. */
	readonly origins?: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** Of a run that has come to its end. */
	readonly exitCode?: number;
	readonly actions: readonly ActionStatus[];
	/** Guests that were asked for and stayed. */
	readonly left?: readonly {readonly guest: string; readonly host: string; readonly reason: string}[];
	/** Kept copies that its moves have left, by host. */
	readonly kept?: readonly KeptRecap[];
};

const words: Readonly<Record<ActionStatus['phase'], string>> = {
	started: 'had begun',
	succeeded: 'done',
	failed: 'failed',
	undoing: 'was being taken back',
	undone: 'taken back',
	stuck: 'stuck',
	skipped: 'left as it is',
	waiting: 'not begun',
	'left out': 'left out by a reviewer',
};

const originWords = {run: 'begun', resumed: 'gone on with', 'abort-asked': 'told to stop'} as const;

/** How a run stands, as a table, and what to run next. */
export function statusText(status: RunStatus): string {
	const {run, playbook, actions, origins = [], left = [], kept = []} = status;
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
		...(left.length === 0
			? []
			: [left.map(({guest, host, reason}) => visible(`${guest} stayed on ${host}: ${reason}`)).join('\n')]),
		...(kept.length === 0 ? [] : [keptText({kept})]),
		...actions.flatMap(resolutionText),
		...actions.filter(({unsettled}) => unsettled).flatMap(openText),
		nextOf(status),
	].join('\n\n');
}

/** What was said of an action whose outcome was unknown, by whom and why. */
function resolutionText({id, resolution}: ActionStatus): readonly string[] {
	if (resolution === undefined) return [];
	const {as, why, origin} = resolution;
	const by = origin === undefined ? (why ?? 'without a person') : `said by ${originText(origin)}`;
	return [visible(`${id}: its outcome was unknown; it ${resolutionWords[as]}: ${by}`)];
}

/** What a person needs to know of an action that has not come to an end. */
function openText({id, title, message, left = [], resolve = []}: ActionStatus): readonly string[] {
	const files = left
		.map(({host, path, there}) => `${host}:${path}${there === 'yes' ? '' : ' (no answer)'}`)
		.map(visible);
	const lines = [
		...(message === undefined ? [] : [visible(`${title}: ${message}`)]),
		...(files.length === 0 ? [] : [`  has left: ${files.join(', ')}`]),
		...(resolve.length === 0 ? [] : [visible(`${id} has no known outcome. Check it, then run one of these:`)]),
		...resolve.map(line => `  ${visible(line)}`),
	];
	return lines.length === 0 ? [] : [lines.join('\n')];
}

function nextOf({run, alive, exitCode, actions}: RunStatus): string {
	if (alive) return `it is going on. To stop it: vacate abort ${run}`;
	const open = actions.filter(({unsettled}) => unsettled).length;
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
