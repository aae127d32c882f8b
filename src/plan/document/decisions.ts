import {StepError} from '../../errors.ts';
import type {HostFact} from '../../facts/facts.ts';
import type {Drift} from '../../steps/drift.ts';
import type {ChosenMove, Expansion, GuestMove, Json, Part} from '../../steps/step.ts';
import {firstId} from './action-id.ts';
import {differences, differenceText} from './drift.ts';
import type {Choice, Plan, PlannedAction} from './model.ts';

/** The action in question. */
type Asked = {readonly id: string; readonly title: string; readonly guest?: string};

/** Findings of a rehearsal with the choices of a plan. */
export type Findings = {
	/** Actions that the playbook yields. */
	readonly asked: Set<string>;
	/** Actions that the playbook yields and the plan lacks. */
	readonly lacking: Set<string>;
	/** Why steps could not have chosen parts, by part. */
	readonly refused: Map<string, string>;
};

/**
 * The decisions of a plan, consulted before each action when it is applied. Only actions that have drifted are
 * rejected.
 */
export class Decisions {
	readonly #actions: ReadonlyMap<string, PlannedAction>;
	readonly #choices: ReadonlyMap<string, Choice>;
	readonly #open: readonly string[];
	readonly #problems: ReadonlyMap<string, string>;
	readonly #file: string;
	/** Actions that are not in the plan: moves to the next best destination, and second attempts by a later task. */
	readonly #placedAgain = new Set<string>();
	/** Findings of a rehearsal. */
	readonly findings: Findings = {asked: new Set(), lacking: new Set(), refused: new Map()};

	/** @param file The plan file, for remedies. */
	constructor(plan: Plan, file: string) {
		this.#actions = new Map(plan.actions.map(action => [action.id, action]));
		this.#choices = new Map(plan.choices.map(choice => [choice.id, choice]));
		this.#open = plan.decided_at_run_time.map(({task}) => task);
		this.#problems = new Map(plan.problems.map(({id, message}) => [id, message]));
		this.#file = file;
	}

	/** The reason for which a reviewer skipped it. */
	skipOf(id: string): string | undefined {
		this.findings.asked.add(id);
		return this.#actions.get(id)?.skip;
	}

	/** The moves of a composite step; undefined if the plan does not contain it. */
	chosenOf(id: string): readonly ChosenMove[] | undefined {
		return this.#choices
			.get(id)
			?.parts.map(({guest, uuid, to, on}) => ({guest, uuid, to, ...(on === undefined ? {} : {on})}));
	}

	/** Records which parts a step could not have chosen: they are rejected. */
	note(parts: readonly (Part & {readonly id: string})[]): void {
		for (const {id, refused} of parts) if (refused !== undefined) this.findings.refused.set(id, refused);
	}

	/** The choice of a composite step; undefined if the plan does not contain it. */
	expansionOf(id: string): Expansion | undefined {
		const choice = this.#choices.get(id);
		if (choice === undefined) return undefined;
		const {parts, limits, left, warnings} = choice;
		return {parts, limits, left, warnings};
	}

	/** How long an action is expected to take; undefined where the plan does not say it. */
	expectedMs(id: string): number | undefined {
		const seconds = this.#actions.get(id)?.expected?.seconds;
		return seconds === undefined ? undefined : seconds * 1000;
	}

	/** Allows a move that the plan has in another task, or to another destination, where it has failed. */
	placeAgain(id: string): void {
		this.#placedAgain.add(id);
	}

	/** Whether the plan contains this action. Tasks decided at run time have none. */
	has(id: string): boolean {
		return this.#actions.has(id) || this.#placedAgain.has(id);
	}

	/**
	 * @param action The action derived from the current state; undefined if it is hidden.
	 * @param drift How the step allows it to differ.
	 * @throws StepError if the plan lacks it, or contains it differently.
	 */
	demand({id, title, guest}: Asked, action: Json | undefined, drift?: Drift<never>): void {
		// The same action in a retry.
		const planned = this.#actions.get(id) ?? this.#actions.get(firstId(id));
		if (planned === undefined) {
			if (this.#placedAgain.has(id) || this.#isOpen(id) || this.#choices.has(id)) return;
			this.findings.lacking.add(id);
			const known = this.#problems.get(id);
			throw this.#refusal(known ?? `${title} is not in the plan: conditions have changed since it was made`);
		}
		if (action === undefined) return;
		// Normalized as in a file.
		const found = differences(planned.action, JSON.parse(JSON.stringify(action)), drift?.ignored);
		const refused = this.findings.refused.get(planned.id);
		if (found.length === 0 && refused !== undefined)
			throw this.#refusal(`${title} is not a possible choice: ${refused}`);
		if (found.length === 0) return;
		const told = found.slice(0, 4).map(one => differenceText(one, drift));
		const more = found.length > told.length ? [`and ${found.length - told.length} more`] : [];
		throw this.#refusal(`${guest ?? title} has changed since the plan was made: ${[...told, ...more].join('; ')}`);
	}

	/** @throws StepError if the destination no longer has enough memory. */
	demandRoom({guest, to}: GuestMove, requiredKib: number, {availableKib}: HostFact): void {
		if (availableKib >= requiredKib) return;
		const mib = (kib: number) => Math.round(kib / 1024);
		throw this.#refusal(
			`${guest} requires ${mib(requiredKib)} MiB on ${to}, which has ${mib(availableKib)} MiB available`,
			'destination',
		);
	}

	#isOpen(id: string): boolean {
		return isOpenFor(id, this.#open);
	}

	#refusal(message: string, side?: 'destination'): StepError {
		return new StepError(message, `make a new plan and compare: vacate diff ${this.#file} NEW`, {
			retry: 'never',
			...(side === undefined ? {} : {side}),
		});
	}
}

/** Whether it is left undecided by these tasks. The ids of included tasks start with that of the include. */
export function isOpenFor(id: string, tasks: readonly string[]): boolean {
	const [task = id] = id.split('@');
	return tasks.some(open => task === open || task.startsWith(`${open}.`) || task.startsWith(`${open}#`));
}
