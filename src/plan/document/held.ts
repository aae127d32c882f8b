import {type Findings, isOpenFor} from './decisions.ts';
import type {Edit} from './edits.ts';
import {isSame} from './equal.ts';
import type {Choice, ChosenPart, Plan, PlannedAction} from './model.ts';

type Held = {readonly plan: Plan; readonly edits: readonly Edit[]};

/**
 * The plan as far as it follows from the playbook, and what does not. Everything that determines actions is
 * taken from `now`, the rehearsal with the choices of the plan: the plan only determines moves, their order,
 * and skipped actions.
 */
export function heldTo(plan: Plan, now: Plan, findings: Findings): Held {
	const tasks = now.decided_at_run_time.map(({task}) => task);
	const known = new Set([...findings.asked, ...now.nothing_to_do.map(({id}) => id), ...now.problems.map(({id}) => id)]);
	const isKnown = ({id}: {readonly id: string}) => known.has(id) || isOpenFor(id, tasks);
	const choices = new Map(now.choices.map(choice => [choice.id, choice]));
	const actions = new Map(now.actions.map(action => [action.id, action]));
	const fresh = now.problems.filter(({id}) => !plan.problems.some(one => one.id === id));
	return {
		edits: [
			...plan.actions.flatMap((action, index) => actionEdits(action, actions.get(action.id), `/actions/${index}`)),
			...plan.choices.flatMap((choice, index) =>
				choiceEdits(choice, choices.get(choice.id), actions, `/choices/${index}`),
			),
			...plan.tasks.flatMap((task, index) => taskEdits(task, now, `/tasks/${index}`)),
			// After a failure, later actions of the host are neither verified nor performed.
			...(isWhole(plan, now, findings)
				? [
						...stray(plan.actions, isKnown, 'the action', ({id}) => id, '/actions'),
						...stray(
							plan.choices,
							({id}) => choices.has(id),
							'the choice',
							({id}) => id,
							'/choices',
						),
						...stray(
							plan.decided_at_run_time,
							({task}) => tasks.includes(task),
							'as open',
							openName,
							'/decided_at_run_time',
						),
						...lackingEdits(plan, findings),
					]
				: []),
			...openEdits(plan, tasks),
		],
		plan: {
			...plan,
			// A drifted action is kept: it is rejected again, unless the drift is gone by then.
			actions: plan.actions.filter(action => isKnown(action) && !findings.refused.has(action.id)),
			choices: plan.choices.flatMap(choice => {
				const found = choices.get(choice.id);
				return found === undefined ? [] : [derived(choice, found)];
			}),
			decided_at_run_time: plan.decided_at_run_time.filter(({task}) => tasks.includes(task)),
			problems: [...plan.problems, ...fresh.filter(({id}) => findings.refused.has(id))],
		},
	};
}

/** Whether no failure occurred that is not in the plan. */
function isWhole(plan: Plan, now: Plan, {lacking}: Findings): boolean {
	return (
		now.problems.every(({id}) => lacking.has(id) || plan.problems.some(one => one.id === id)) &&
		now.left.every(({guest, fails}) => !fails || plan.left.some(one => one.guest === guest && one.fails)) &&
		now.decided_at_run_time.every(({task}) => plan.decided_at_run_time.some(one => one.task === task))
	);
}

function stray<Item>(
	items: readonly Item[],
	isKnown: (item: Item) => boolean,
	what: string,
	nameOf: (item: Item) => string,
	at: string,
): readonly Edit[] {
	return items.flatMap((item, index) =>
		isKnown(item) ? [] : [{at: `${at}/${index}`, message: `${what} ${nameOf(item)} does not follow from the playbook`}],
	);
}

function openName({task}: {readonly task: string}): string {
	return `decided at run time: ${task}`;
}

const given = ['task', 'host', 'step', 'title', 'guest', 'uuid', 'to', 'reads', 'undo'] as const;

function actionEdits(action: PlannedAction, now: PlannedAction | undefined, at: string): readonly Edit[] {
	if (now === undefined) return [];
	return given
		.filter(key => !isSame(action[key], now[key]))
		.map(key => ({
			at: `${at}/${key}`,
			message: `${action.id}: the playbook yields ${now[key] === undefined ? `no ${key}` : `${key} ${textOf(now[key])}`}`,
		}));
}

function choiceEdits(
	choice: Choice,
	now: Choice | undefined,
	actions: ReadonlyMap<string, PlannedAction>,
	at: string,
): readonly Edit[] {
	if (now === undefined) return [];
	return [
		...(['step', 'limits'] as const)
			.filter(key => !isSame(choice[key], now[key]))
			.map(key => ({at: `${at}/${key}`, message: `${choice.id}: the playbook yields ${key} ${textOf(now[key])}`})),
		...choice.parts.flatMap((part, index) =>
			partEdits(part, now.parts[index], actions.has(part.id), `${at}/parts/${index}`),
		),
	];
}

const derivedKeys = ['id', 'step', 'guest', 'uuid', 'to', 'on', 'claims'] as const;

/** @param isAsPlanned Whether its action is unchanged: then values that follow from facts must be unchanged too. */
function partEdits(part: ChosenPart, now: ChosenPart | undefined, isAsPlanned: boolean, at: string): readonly Edit[] {
	if (now === undefined) return [];
	const keys = isAsPlanned ? ([...derivedKeys, 'weight', 'params'] as const) : derivedKeys;
	return keys
		.filter(key => !isSame(part[key], now[key]))
		.map(key => ({
			at: `${at}/${key}`,
			message: `${part.id}: the playbook yields ${now[key] === undefined ? `no ${key}` : `${key} ${textOf(now[key])}`}`,
		}));
}

function taskEdits(task: Plan['tasks'][number], now: Plan, at: string): readonly Edit[] {
	const found = now.tasks.find(one => one.task === task.task);
	if (found === undefined) return [];
	return (['name', 'play', 'step'] as const)
		.filter(key => found[key] !== task[key])
		.map(key => ({at: `${at}/${key}`, message: `${task.task}: the playbook yields ${key} ${found[key]}`}));
}

/** Actions that the playbook yields and the plan lacks, unless there were failures when it was made. */
function lackingEdits({problems, left}: Plan, {lacking}: Findings): readonly Edit[] {
	if (problems.length > 0 || left.some(({fails}) => fails)) return [];
	return [...lacking].map(id => ({at: '/actions', message: `the action ${id} of the playbook is missing`}));
}

/** Undecided tasks of the playbook that the plan lacks, unless there were failures when it was made. */
function openEdits(plan: Plan, open: readonly string[]): readonly Edit[] {
	const {problems, left, actions, choices, nothing_to_do: nothing, decided_at_run_time: told} = plan;
	if (problems.length > 0 || left.some(({fails}) => fails)) return [];
	const known = new Set([...actions, ...choices, ...nothing].map(({id}) => id.split('@')[0] ?? id));
	for (const {task} of told) known.add(task);
	return open
		.filter(task => !known.has(task))
		.map(task => ({at: '/decided_at_run_time', message: `the task ${task}, which is decided at run time, is missing`}));
}

/** The choice of a plan, with everything that follows from the playbook taken from the rehearsal. */
function derived(choice: Choice, now: Choice): Choice {
	const parts = choice.parts.flatMap((part, index) => {
		const found = now.parts[index];
		if (found === undefined) return [];
		const {rejected: _, ...rest} = found;
		const made = {...rest, ...(part.rejected === undefined ? {} : {rejected: part.rejected})};
		return [isSame(made, part) ? part : made];
	});
	const made = {...choice, step: now.step, limits: now.limits, left: now.left, parts};
	// Equal values are kept as written, since the seal covers the text.
	return isSame(made, choice) ? choice : made;
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}
