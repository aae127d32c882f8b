import type {Step} from '../../steps/step.ts';
import {isSame} from './equal.ts';
import type {Plan, PlannedAction} from './model.ts';
import {type ActionText, actionText} from './render.ts';

/** A text in a plan that differs from its actions or its playbook; `at` is a JSON pointer into the file. */
export type Edit = {readonly at: string; readonly message: string};

/** The plan rendered from its actions, and the differing texts. Contacts no host and reads no playbook. */
export function fromActions(
	plan: Plan,
	steps: ReadonlyMap<string, Step>,
): {readonly plan: Plan; readonly edits: readonly Edit[]} {
	const read = plan.actions.map((action, index) => ({action, index, text: actionText(action, steps)}));
	return {
		plan: {
			...plan,
			actions: read.map(({action, text}) => (text === undefined ? unreadable(action) : shown(action, text))),
		},
		edits: [
			...read.flatMap(({action, index, text}) => actionEdits(action, text, `/actions/${index}`)),
			...idEdits(plan),
			...partEdits(plan),
		],
	};
}

/** The action with its rendered text. The name of the task is not checked. */
function shown(action: PlannedAction, text: ActionText): PlannedAction {
	const {
		guest: _,
		uuid: __,
		to: ___,
		reads: ____,
		commands: _____,
		undo: ______,
		warnings: _7,
		images: _8,
		...rest
	} = action;
	return {...rest, ...text, title: titleOf(action, text)};
}

function titleOf({title}: PlannedAction, {guest, to}: ActionText): string {
	return guest === undefined ? title : `${guest} to ${to}`;
}

function unreadable(action: PlannedAction): PlannedAction {
	return {...action, title: `${action.title} (not an action of the step ${action.step})`, commands: []};
}

const texts = ['guest', 'uuid', 'to', 'reads', 'undo', 'warnings', 'images'] as const;

function actionEdits(action: PlannedAction, text: ActionText | undefined, at: string): readonly Edit[] {
	if (text === undefined) {
		return [{at: `${at}/action`, message: `${action.id}: this is not an action of the step ${action.step}`}];
	}
	const differing = texts.filter(key => !isSame(action[key], text[key]));
	return [
		...differing.map(key => ({at: `${at}/${key}`, message: differs(action, key, text[key])})),
		...(action.title === titleOf(action, text)
			? []
			: [{at: `${at}/title`, message: differs(action, 'title', titleOf(action, text))}]),
		...commandEdits(action, text, `${at}/commands`),
	];
}

function differs({id}: PlannedAction, key: string, is: unknown): string {
	const value = is === undefined ? 'has none' : `is ${typeof is === 'string' ? is : JSON.stringify(is)}`;
	return `${id}: ${key} differs from the action, where it ${value}`;
}

/** The first differing command. Commands with masked secrets cannot be rendered again. */
function commandEdits(action: PlannedAction, {commands}: ActionText, at: string): readonly Edit[] {
	if (JSON.stringify(action.action).includes('***')) return [];
	const length = Math.max(commands.length, action.commands.length);
	const index = [...Array(length).keys()].find(one => !isSame(action.commands[one], commands[one]));
	if (index === undefined) return [];
	const [written, real] = [action.commands[index], commands[index]];
	const textOf = (command: typeof real) => (command === undefined ? 'nothing' : `${command.on}: ${command.run}`);
	return [
		{
			at: written === undefined ? at : `${at}/${index}`,
			message: `${action.id}: command ${index + 1} differs from the action, which runs ${textOf(real)}; the file says ${textOf(written)}`,
		},
	];
}

/** Verifies that each action and choice is unique, and that its id starts with its task. */
function idEdits({actions, choices}: Plan): readonly Edit[] {
	const seen = new Set<string>();
	const twice = (id: string) => seen.has(id) || seen.add(id) === undefined;
	return [
		...actions.flatMap(({id, task}, index) => [
			...(twice(`action ${id}`) ? [{at: `/actions/${index}/id`, message: `duplicate id ${id}`}] : []),
			...(id.startsWith(`${task}@`)
				? []
				: [{at: `/actions/${index}/task`, message: `${id} does not belong to task ${task}`}]),
		]),
		...choices.flatMap(({id}, index) =>
			twice(`choice ${id}`) ? [{at: `/choices/${index}/id`, message: `duplicate id ${id}`}] : [],
		),
	];
}

/** Verifies that the parts of a choice match their actions, in the same order. */
function partEdits({actions, choices}: Plan): readonly Edit[] {
	const places = new Map(actions.map((action, index) => [action.id, {action, index}]));
	return choices.flatMap((choice, outer) => {
		let last = -1;
		return choice.parts.flatMap((part, inner): readonly Edit[] => {
			const at = `/choices/${outer}/parts/${inner}`;
			const own = part.id === `${choice.id}#${part.guest}`;
			if (!own) return [{at: `${at}/id`, message: `${part.id} is not the part of ${part.guest} in ${choice.id}`}];
			const found = places.get(part.id);
			if (found === undefined) return [];
			const {action, index} = found;
			const isLater = index > last;
			last = index;
			const keys = (['step', 'guest', 'uuid', 'to'] as const).filter(key => action[key] !== part[key]);
			return [
				...keys.map(key => ({
					at: `${at}/${key}`,
					message: `${part.id}: ${key} differs from its action: ${action[key]}`,
				})),
				...(part.on === undefined || part.on === action.host
					? []
					: [{at: `${at}/on`, message: `${part.id}: on differs from the host of its action: ${action.host}`}]),
				...(isLater ? [] : [{at, message: `${part.id} has a different position among the actions`}]),
			];
		});
	});
}
