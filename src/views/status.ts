import type {KeptRecap} from '../engine/events.ts';
import type {Origin} from '../engine/ports.ts';
import {tableText, visible} from './columns.ts';
import {originText} from './origin.ts';
import {keptText} from './recap.ts';

/** An action of a run, by its journal or its plan, and the location of its guest, by the hosts. */
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
	/** It has started and has not ended. */
	readonly unsettled: boolean;
	readonly guest?: string;
	readonly from?: string;
	readonly to?: string;
	readonly now?: string;
	/** Why it is stuck or was being undone. */
	readonly message?: string;
	/** Files that it created and that exist, or may exist on an unreachable host. */
	readonly left?: readonly {readonly host: string; readonly path: string; readonly there: 'yes' | 'unknown'}[];
	/** Its outcome is unknown, and only a person can tell: the commands that say it. */
	readonly resolve?: readonly string[];
	/** What was said of it when its outcome was unknown. */
	readonly resolution?: {readonly as: 'done' | 'again' | 'skip'; readonly why?: string; readonly origin?: Origin};
};

const resolutionWords = {done: 'was done', again: 'is done again', skip: 'is left as it is'} as const;

/** The state of a run. */
export type RunStatus = {
	readonly run: string;
	readonly playbook: string;
	readonly alive: boolean;
	/** Who started it, who resumed it, and who requested its abort. */
	readonly origins?: readonly {readonly did: 'run' | 'resumed' | 'abort-asked'; readonly origin: Origin}[];
	/** Of a run that has ended. */
	readonly exitCode?: number;
	/** Guests that wait for the next window. */
	readonly waiting?: readonly string[];
	readonly actions: readonly ActionStatus[];
	/** Guests that were asked for and stayed. */
	readonly left?: readonly {readonly guest: string; readonly host: string; readonly reason: string}[];
	/** Kept copies that its moves have left, by host. */
	readonly kept?: readonly KeptRecap[];
};

const words: Readonly<Record<ActionStatus['phase'], string>> = {
	started: 'started',
	succeeded: 'done',
	failed: 'failed',
	undoing: 'undo started',
	undone: 'undone',
	stuck: 'stuck',
	skipped: 'left as it is',
	waiting: 'not started',
	'left out': 'left out by a reviewer',
};

const originWords = {run: 'started', resumed: 'resumed', 'abort-asked': 'abort requested'} as const;

/** The state of a run as a table, and what to run next. */
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
			? ['no changes were made']
			: [tableText([['host', 'action', 'state', 'guest location'], ...rows])]),
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

/** The message and the leftover files of an action that has not ended. */
function openText({id, title, message, left = [], resolve = []}: ActionStatus): readonly string[] {
	const files = left
		.map(({host, path, there}) => `${host}:${path}${there === 'yes' ? '' : ' (host unreachable)'}`)
		.map(visible);
	const lines = [
		...(message === undefined ? [] : [visible(`${title}: ${message}`)]),
		...(files.length === 0 ? [] : [`  left behind: ${files.join(', ')}`]),
		...(resolve.length === 0 ? [] : [visible(`${id} has no known outcome. Check it, then run one of these:`)]),
		...resolve.map(line => `  ${visible(line)}`),
	];
	return lines.length === 0 ? [] : [lines.join('\n')];
}

function nextOf({run, alive, exitCode, actions, waiting: guests = []}: RunStatus): string {
	if (alive) return `The run is in progress. To stop it: vacate abort ${run}`;
	const open = actions.filter(({unsettled}) => unsettled).length;
	if (exitCode !== undefined && open === 0 && guests.length > 0) {
		return `The run ended with exit code ${exitCode}. ${visible(guests.join(', '))} ${guests.length === 1 ? 'waits' : 'wait'} for the next window. To continue then: vacate resume ${run}`;
	}
	if (exitCode !== undefined && open === 0)
		return `The run ended with exit code ${exitCode}. To undo it: vacate undo ${run}`;
	if (exitCode !== undefined) {
		const stuck = `${open} ${open === 1 ? 'action is' : 'actions are'} stuck`;
		return `The run ended with exit code ${exitCode}: ${stuck}. When the cause is fixed: vacate resume ${run}`;
	}
	const under = open === 0 ? 'no action in progress' : `${open} ${open === 1 ? 'action' : 'actions'} in progress`;
	const waiting = actions.filter(({phase}) => phase === 'waiting').length;
	const what = waiting === 0 ? under : `${under} and ${waiting} not started`;
	return `The run died with ${what}. To finish it: vacate resume ${run}`;
}
