import {Listr, ListrTaskState} from 'listr2';
import type {ActionName, ActionOutcome, Event} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';
import {visible} from './columns.ts';
import {whatFailed} from './lines.ts';
import {type ActionFacts, type DrawTree, factsOf, type NodeList, type RunNode, TreeRenderer} from './tree-renderer.ts';

const endStates: Readonly<Record<ActionOutcome, ListrTaskState>> = {
	ok: ListrTaskState.COMPLETED,
	changed: ListrTaskState.COMPLETED,
	skipped: ListrTaskState.SKIPPED,
	failed: ListrTaskState.FAILED,
	unreachable: ListrTaskState.FAILED,
	stuck: ListrTaskState.FAILED,
	undone: ListrTaskState.ROLLED_BACK,
};

/**
 * A run as a tree of tasks that listr2 holds: the run, its plays, their tasks, and the actions of each. The engine's events
 * add tasks as the run goes on and set their states.
 */
export class RunTree {
	readonly #list: NodeList;
	readonly run: RunNode;
	readonly #lists = new Map<RunNode, NodeList>();
	readonly #tasks = new Map<string, RunNode>();
	readonly #actions = new Map<string, RunNode>();
	readonly #undos = new Map<string, RunNode>();
	/** The number of actions of each task that have not ended. */
	readonly #open = new Map<RunNode, number>();
	#play: RunNode;
	#failures = 0;
	#finish: () => void = () => {};
	/** The time of the first event. */
	begun: number | undefined;

	constructor(draw: DrawTree = {start: () => {}, stop: () => {}}) {
		const ended = new Promise<void>(resolve => {
			this.#finish = resolve;
		});
		this.#list = new Listr<object, typeof TreeRenderer, typeof TreeRenderer>([{title: 'run', task: () => ended}], {
			renderer: TreeRenderer,
			rendererOptions: draw,
			registerSignalListeners: false,
		});
		this.run = only(this.#list.tasks);
		this.#play = this.run;
	}

	/** Draws until the tree is closed. */
	async draw(): Promise<void> {
		await this.#list.run();
	}

	close(): void {
		this.#finish();
	}

	on(event: Event): void {
		this.begun ??= event.at;
		switch (event.type) {
			case 'play-started':
				this.#endPlay();
				this.#play = this.#add(this.run, visible(event.play));
				this.#play.state$ = ListrTaskState.STARTED;
				return;
			case 'task-started':
				this.#startTask(event.task, visible(event.name));
				return;
			case 'action-waiting':
				Object.assign(this.#actionOf(event.action, event.at).facts, {
					limit: event.limit,
					...(event.weight === undefined ? {} : {weight: event.weight}),
				});
				return;
			case 'action-started':
				this.#start(event.action, event.at);
				return;
			case 'undo-started':
				this.#startUndo(event.action, event.at);
				return;
			case 'action-progress':
				this.#progress(event.action, event.progress);
				return;
			case 'action-retry': {
				const node = this.#actions.get(event.action.id);
				if (node === undefined) return;
				delete factsOf(node)?.progress;
				node.output$ = 'retry';
				node.state$ = ListrTaskState.RETRY;
				return;
			}
			case 'action-ended':
				this.#end(event);
				return;
			case 'run-ended':
				this.#endPlay();
				return;
		}
	}

	#startTask(id: string, name: string): void {
		const known = this.#tasks.get(id);
		// With the strategy free each host starts the task by itself.
		if (known !== undefined && known.parent === this.#play) return;
		this.#tasks.set(id, this.#add(this.#play, name));
	}

	#start(action: ActionName, at: number): void {
		const {node, facts} = this.#actionOf(action, at);
		delete facts.limit;
		facts.since = at;
		node.output$ = '';
		node.state$ = ListrTaskState.STARTED;
	}

	#startUndo(action: ActionName, at: number): void {
		const undo = {...action, title: `undo ${action.title}`};
		const node = this.#add(this.#tasks.get(taskOf(action.id)) ?? this.run, visible(undo.title), {
			name: undo,
			since: at,
		});
		this.#undos.set(action.id, node);
		node.state$ = ListrTaskState.ROLLING_BACK;
	}

	#progress({id}: ActionName, progress: Progress): void {
		const node = this.#actions.get(id);
		const facts = node && factsOf(node);
		if (node === undefined || facts === undefined) return;
		facts.progress = progress;
		node.output$ = progress.phase;
		if (node.isRetrying()) node.state$ = ListrTaskState.STARTED;
	}

	#end({action, at, outcome, failure, reason}: Event & {readonly type: 'action-ended'}): void {
		const {node: done, facts} = this.#actionOf(action, at);
		const undo = this.#undos.get(action.id);
		this.#undos.delete(action.id);
		const node = undo ?? done;
		const begun = done.isPending();
		if (facts.moved !== undefined) facts.moved = outcome === 'changed' || outcome === 'ok';
		// A skipped action had nothing to move. One that never started, because the run was stopped, has not moved its guest.
		if (outcome === 'skipped' && begun) delete facts.moved;
		delete facts.limit;
		if (reason !== undefined) node.message$ = {skip: visible(reason)};
		if (failure !== undefined) {
			node.message$ = {error: `${outcome}  ${whatFailed(action, failure)}`};
			const failed = factsOf(node);
			if (endStates[outcome] === ListrTaskState.FAILED && failed !== undefined) failed.failure = this.#failures++;
		}
		node.state$ = endStates[outcome];
		if (undo === undefined) this.#endOf(node);
	}

	/** The node of an action; a new action is added to its task. */
	#actionOf(action: ActionName, at: number): {readonly node: RunNode; readonly facts: ActionFacts} {
		const known = this.#actions.get(action.id);
		const before = known && factsOf(known);
		if (known !== undefined && before !== undefined) return {node: known, facts: before};
		const parent = this.#tasks.get(taskOf(action.id)) ?? this.run;
		const facts: ActionFacts = {name: action, since: at, ...(action.guest === undefined ? {} : {moved: false})};
		const node = this.#add(parent, visible(action.title), facts);
		this.#actions.set(action.id, node);
		if (parent !== this.run) {
			this.#open.set(parent, (this.#open.get(parent) ?? 0) + 1);
			if (!parent.isStarted()) parent.state$ = ListrTaskState.STARTED;
		}
		return {node, facts};
	}

	/** A task ends with the last of its actions. */
	#endOf({parent: task}: RunNode): void {
		const open = task && this.#open.get(task);
		if (task === undefined || open === undefined) return;
		this.#open.set(task, open - 1);
		if (open > 1) return;
		task.state$ = task.subtasks.some(one => one.hasFailed()) ? ListrTaskState.FAILED : ListrTaskState.COMPLETED;
	}

	#endPlay(): void {
		if (this.#play === this.run) return;
		const failed = (this.#play.subtasks ?? []).some(task => task.hasFailed());
		this.#play.state$ = failed ? ListrTaskState.FAILED : ListrTaskState.COMPLETED;
	}

	#add(parent: RunNode, title: string, facts?: ActionFacts): RunNode {
		const list =
			this.#lists.get(parent) ??
			new Listr<object, typeof TreeRenderer, typeof TreeRenderer>(
				[],
				{renderer: TreeRenderer, registerSignalListeners: false},
				parent,
			);
		this.#lists.set(parent, list);
		parent.subtasks = list.tasks;
		list.add({title, task: () => {}, rendererOptions: facts === undefined ? {} : {facts}});
		return only(list.tasks.slice(-1));
	}
}

/** The task of an action: `play1.task2` of `play1.task2@kvm1#web1`. */
function taskOf(id: string): string {
	return id.split('@', 1)[0] ?? id;
}

function only(nodes: readonly RunNode[]): RunNode {
	const [node] = nodes;
	if (node === undefined) throw new Error('listr2 keeps no task that is added to it');
	return node;
}
