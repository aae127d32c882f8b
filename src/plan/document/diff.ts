import type {Step} from '../../steps/step.ts';
import type {Change} from './change.ts';
import {differences} from './drift.ts';
import {guestChanges} from './guest-changes.ts';
import type {Plan, PlannedAction} from './model.ts';
import {guestsWithOptions, scheduleChanges} from './schedule-changes.ts';

type Steps = ReadonlyMap<string, Step>;

/** The changes in a newer plan, most important first. */
export function diffPlans(old: Plan, now: Plan, steps: Steps): readonly Change[] {
	return [
		...moveChanges(old, now),
		...guestChanges(old.guests, now.guests),
		...hostChanges(old, now),
		...actionChanges(old, now, steps),
		...problemChanges(old, now),
		...scheduleChanges(old, now),
		...orderChange(old, now),
		...sourceChanges(old, now),
	];
}

function moveChanges(old: Plan, now: Plan): readonly Change[] {
	const then = movesOf(old);
	const after = movesOf(now);
	const going = [...after.values()].flatMap((move): readonly Change[] => {
		const before = then.get(move.uuid ?? '');
		const {guest = '', host: from, to = ''} = move;
		if (before?.to === to) return [];
		return [{kind: 'goes', guest, from, to, ...(before?.to === undefined ? {} : {instead: before.to})}];
	});
	const staying = [...then.values()].flatMap((move): readonly Change[] => {
		if (after.has(move.uuid ?? '')) return [];
		const {guest = '', host, to = ''} = move;
		const reason = now.left.find(one => one.guest === guest)?.reason;
		return [{kind: 'stays', guest, host, instead: to, ...(reason === undefined ? {} : {why: reason})}];
	});
	return [...going, ...staying];
}

/** The last move of each guest. */
function movesOf({actions}: Plan): ReadonlyMap<string, PlannedAction> {
	return new Map(actions.flatMap(action => (action.uuid === undefined ? [] : [[action.uuid, action] as const])));
}

function hostChanges(old: Plan, now: Plan): readonly Change[] {
	const then = new Map(old.hosts.map(host => [host.host, host]));
	const after = new Set(now.hosts.map(({host}) => host));
	return [
		...now.hosts.flatMap(({host, memory_kib}): readonly Change[] => {
			const before = then.get(host);
			if (before === undefined) return [{kind: 'host-new', host}];
			if (before.memory_kib === memory_kib || before.memory_kib === undefined || memory_kib === undefined) return [];
			return [{kind: 'host-memory', host, was: before.memory_kib, now: memory_kib}];
		}),
		...old.hosts.filter(({host}) => !after.has(host)).map(({host}): Change => ({kind: 'host-gone', host})),
	];
}

/** Changed actions other than moves, skipped actions, and moves with different options. */
function actionChanges(old: Plan, now: Plan, steps: Steps): readonly Change[] {
	const then = new Map(old.actions.map(action => [action.id, action]));
	const after = new Map(now.actions.map(action => [action.id, action]));
	const known = new Set(now.actions.flatMap(({uuid}) => uuid ?? []));
	const told = guestsWithOptions(old, now);
	return [
		...now.actions.flatMap((action): readonly Change[] => {
			const {title, host, skip} = action;
			const before = then.get(action.id);
			if (before === undefined) return action.uuid === undefined ? [{kind: 'action-new', title, host}] : [];
			const skipped: readonly Change[] =
				before.skip === skip ? [] : [{kind: 'skip', title, host, ...(skip === undefined ? {} : {now: skip})}];
			return [
				...skipped,
				...(!told.has(action.guest ?? '') && isDoneOtherwise(before, action, steps.get(action.step))
					? [{kind: 'action-other', title, host} as const]
					: []),
			];
		}),
		...old.actions
			.filter(({id, uuid}) => !after.has(id) && uuid === undefined && !known.has(id))
			.map(({title, host}): Change => ({kind: 'action-gone', title, host})),
	];
}

/** Whether options or commands differ, apart from changes of the guests. */
function isDoneOtherwise(before: PlannedAction, now: PlannedAction, step: Step | undefined): boolean {
	if (before.to !== now.to) return false;
	const {ignored, requested} = (step?.kind === 'action' ? step.drift : undefined) ?? {};
	// Hidden actions contain only a placeholder.
	const isOpen = ({action}: PlannedAction) => typeof action === 'object';
	const [then, after] =
		requested !== undefined && isOpen(before) && isOpen(now)
			? [requested(before.action), requested(now.action)]
			: [before.action, now.action];
	return differences(then, after, ignored).length > 0;
}

function problemChanges(old: Plan, now: Plan): readonly Change[] {
	const key = ({id, message}: {readonly id: string; readonly message: string}) => `${id} ${message}`;
	const then = new Set(old.problems.map(key));
	const after = new Set(now.problems.map(key));
	const wasLeft = new Set([...old.left.map(({guest}) => guest), ...old.actions.flatMap(({guest}) => guest ?? [])]);
	const opened = new Set(old.decided_at_run_time.map(({task}) => task));
	const open = new Set(now.decided_at_run_time.map(({task}) => task));
	return [
		...now.problems
			.filter(one => !then.has(key(one)))
			.map(({title, host, message}): Change => ({kind: 'problem-new', title, host, message})),
		...old.problems
			.filter(one => !after.has(key(one)))
			.map(({title, host, message}): Change => ({kind: 'problem-gone', title, host, message})),
		...now.left
			.filter(({guest}) => !wasLeft.has(guest))
			.map(({guest, host, reason}): Change => ({kind: 'left-new', guest, host, message: reason})),
		...now.decided_at_run_time
			.filter(({task}) => !opened.has(task))
			.map(({name}): Change => ({kind: 'open-new', title: name})),
		...old.decided_at_run_time
			.filter(({task}) => !open.has(task))
			.map(({name}): Change => ({kind: 'open-gone', title: name})),
	];
}

function orderChange(old: Plan, now: Plan): readonly Change[] {
	const after = new Set(now.actions.map(({id}) => id));
	const then = new Set(old.actions.map(({id}) => id));
	const before = old.actions.filter(({id}) => after.has(id)).map(({id}) => id);
	const later = now.actions.filter(({id}) => then.has(id)).map(({id}) => id);
	const guests = now.actions.flatMap(({guest, skip}) => (skip === undefined ? (guest ?? []) : []));
	return before.every((id, index) => id === later[index]) ? [] : [{kind: 'order', guests}];
}

function sourceChanges(old: Plan, now: Plan): readonly Change[] {
	const whats = ['playbook', 'inventory', 'variables'] as const;
	const changed = whats.filter(what => old.made_from.digests[what] !== now.made_from.digests[what]);
	return [
		...changed.map((what): Change => ({kind: 'source', what})),
		...(old.made_by === now.made_by ? [] : [{kind: 'source', what: 'tool'} as const]),
	];
}
