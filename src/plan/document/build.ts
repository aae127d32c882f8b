import type {Facts} from '../../facts/facts.ts';
import type {Node, Playbook} from '../../playbook/model.ts';
import {sectionsOf, walkTasks} from '../../playbook/walk.ts';
import {observedGuests, observedHostUse} from './observed.ts';
import {sumOf} from './left-out.ts';
import {
	type ActionExpected,
	type Choice,
	type Plan,
	type PlannedAction,
	type PlannedTask,
	type Sources,
	type Undecided,
} from './model.ts';
import type {Rehearsed} from './rehearsed.ts';
import {planVersion} from './schema.ts';
import {assuming, expectedAs, expectedOf} from './transfer.ts';

export type PlanDraft = {
	readonly madeBy: string;
	readonly madeFrom: Sources;
	readonly playbook: Playbook;
	/** Hosts in the order of the inventory. */
	readonly hosts: readonly string[];
	readonly notes: readonly Rehearsed[];
	readonly facts: Facts;
};

/** Builds the plan document from a rehearsal. Pure: the same rehearsal results in the same plan. */
export function buildPlan({madeBy, madeFrom, playbook, hosts, notes, facts}: PlanDraft): Plan {
	const counted = hosts.filter(host => facts.has({kind: 'domains', host}));
	const choices = notes.flatMap(choiceOf);
	const {notes: ordered, expected} = paced(notes);
	const actions = ordered.flatMap(note => actionOf(note, expected));
	const homeless = new Set(choices.filter(({left}) => left.some(({fails}) => fails)).map(({id}) => id));
	return {
		vacate_plan: planVersion,
		made_by: madeBy,
		made_from: madeFrom,
		expected: {...sumOf(actions), assuming},
		hosts: observedHostUse(counted, facts, notes),
		guests: observedGuests(counted, facts),
		tasks: tasksOf(playbook, notes),
		actions,
		choices,
		left: notes.flatMap(note => (note.kind === 'whole' ? note.left.map(one => ({...one, host: note.host})) : [])),
		nothing_to_do: notes.flatMap(note =>
			note.kind === 'nothing' ? [{id: note.id, host: note.host, title: note.title, reason: note.reason}] : [],
		),
		decided_at_run_time: undecided(playbook, notes),
		problems: notes.flatMap(note =>
			note.kind === 'refused' && !note.rescued && !homeless.has(note.id)
				? [{id: note.id, host: note.host, title: note.title, message: note.message, remedies: note.remedies}]
				: [],
		),
	};
}

function choiceOf(note: Rehearsed): readonly Choice[] {
	if (note.kind !== 'whole') return [];
	const {id, step, limits, left, warnings} = note;
	// The estimates of a part are stored with its action.
	const parts = note.parts.map(({expected: _, refused: __, ...part}) => part);
	return [{id, step, limits, parts, left, warnings}];
}

function actionOf(note: Rehearsed, expected: ReadonlyMap<string, ActionExpected>): readonly PlannedAction[] {
	if (note.kind !== 'act') return [];
	const {id, task, host, step, title, move, writes, commands, undo, warnings, images, action} = note;
	const awaited = expected.get(id);
	return [
		{
			id,
			task,
			host,
			step,
			title: move === undefined ? title : `${move.guest} to ${move.to}`,
			...(move === undefined ? {} : {guest: move.guest, uuid: move.uuid, to: move.to}),
			...(writes ? {} : {reads: true as const}),
			...(awaited === undefined ? {} : {expected: awaited}),
			commands,
			undo,
			...(warnings.length === 0 ? {} : {warnings}),
			...(images.length === 0 ? {} : {images}),
			// Normalized as in a file, since it is later compared with a plan read from a file.
			action: JSON.parse(JSON.stringify(action)),
		},
	];
}

/** The notes in the order of the start of their actions. */
type ScheduledNotes = {readonly notes: readonly Rehearsed[]; readonly expected: ReadonlyMap<string, ActionExpected>};

/** Task by task, batch by batch; within a task as scheduled by its step, otherwise concurrently. */
function paced(notes: readonly Rehearsed[]): ScheduledNotes {
	const foreseen = new Map(
		notes.flatMap(note => (note.kind === 'whole' ? note.parts.map(part => [part.id, part.expected] as const) : [])),
	);
	const expected = new Map<string, ActionExpected>();
	const ordered: Rehearsed[] = [];
	let now = 0;
	for (const group of byTask(notes)) {
		let end = now;
		for (const note of group) {
			if (note.kind !== 'act') continue;
			const part = foreseen.get(note.id);
			const awaited = part === undefined ? expectedOf(note.load) : expectedAs(part);
			if (awaited === undefined) continue;
			const starts = now + awaited.starts_after_seconds;
			expected.set(note.id, {...awaited, starts_after_seconds: starts});
			end = Math.max(end, starts + awaited.seconds);
		}
		const startOf = ({id}: Rehearsed) => expected.get(id)?.starts_after_seconds ?? now;
		ordered.push(...group.toSorted((a, b) => startOf(a) - startOf(b)));
		now = end;
	}
	return {notes: ordered, expected};
}

/** Adjacent notes of one task. A later batch of hosts runs the task again. */
function byTask(notes: readonly Rehearsed[]): readonly (readonly Rehearsed[])[] {
	const groups: Rehearsed[][] = [];
	for (const note of notes) {
		const last = groups.at(-1);
		if (last?.[0]?.task === note.task) last.push(note);
		else groups.push([note]);
	}
	return groups;
}

/** The tasks of the notes, with their names in the playbook. */
function tasksOf(playbook: Playbook, notes: readonly Rehearsed[]): readonly PlannedTask[] {
	const names = new Map(playbook.plays.flatMap(play => [...walkTasks(sectionsOf(play))].map(({id, name}) => [id, name])));
	const plays = new Map(playbook.plays.map(({id, name}) => [id, name]));
	const ids = [...new Set(notes.map(({task}) => task))];
	return ids.map(id => {
		const [play = id] = id.split('.');
		const note = notes.find(one => one.task === id);
		const whole = notes.find(one => one.task === id && one.kind === 'whole');
		return {
			task: id,
			step: (whole ?? note)?.step ?? '',
			play: plays.get(play) ?? play,
			name: names.get(id) ?? note?.title ?? id,
		};
	});
}

function undecided(playbook: Playbook, notes: readonly Rehearsed[]): readonly Undecided[] {
	const open = notes.flatMap(note => {
		const {task, title: name} = note;
		if (note.kind === 'open') return [{task, name, reason: note.reason}];
		if (note.kind !== 'refused' || !note.rescued) return [];
		return [{task, name, reason: `it would currently fail and be rescued: ${note.message}`}];
	});
	const rescuing = playbook.plays
		.flatMap(play => rescuesIn(sectionsOf(play)))
		.map(({id, name}) => ({task: id, name, reason: 'runs only if an earlier task fails'}));
	const seen = new Set<string>();
	return [...open, ...rescuing].filter(({task}) => !seen.has(task) && seen.add(task) !== undefined);
}

function rescuesIn(nodes: readonly Node[]): readonly {readonly id: string; readonly name: string}[] {
	return nodes.flatMap(node =>
		node.kind === 'block'
			? [...walkTasks(node.rescue), ...rescuesIn(node.block), ...rescuesIn(node.always)]
			: [],
	);
}
