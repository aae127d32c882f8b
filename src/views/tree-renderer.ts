import type {Listr, ListrRenderer, ListrTaskObject} from 'listr2';
import type {ActionName} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';

/** The figures of an action, which a task of listr2 cannot hold. */
export type ActionFacts = {
	readonly name: ActionName;
	since: number;
	progress?: Progress;
	/** The limit that the action waits for, while its state is WAITING. */
	limit?: string;
	/** How much the action counts against that limit. */
	weight?: number;
	/** Whether its guest has moved; undefined for an action that moves no guest. */
	moved?: boolean;
	/** Of a failure: its index among all failures of the run. */
	failure?: number;
};

/** Starts and stops drawing the tree. */
export type DrawTree = {start(): void; stop(): void};

/** The renderer of the tree: those of listr2 take minutes for a thousand tasks. */
export class TreeRenderer implements ListrRenderer {
	static nonTTY = true;
	static rendererOptions: DrawTree;
	static rendererTaskOptions: {readonly facts?: ActionFacts};
	readonly #draw: DrawTree;

	constructor(_tasks: RunNode[], draw: DrawTree) {
		this.#draw = draw;
	}

	render(): void {
		this.#draw.start();
	}

	end(): void {
		this.#draw.stop();
	}
}

/** A list of tasks that listr2 holds, without a renderer of its own. */
export type NodeList = Listr<object, typeof TreeRenderer, typeof TreeRenderer>;

/** A task of listr2 in the tree: the run, a play, a task of the playbook, or an action on a host or a guest. */
export type RunNode = ListrTaskObject<object, typeof TreeRenderer, typeof TreeRenderer>;

/** The figures of an action; undefined for what is none. */
export function factsOf({rendererTaskOptions}: RunNode): ActionFacts | undefined {
	return rendererTaskOptions.facts;
}
