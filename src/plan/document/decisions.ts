import {StepError} from '../../errors.ts';
import type {HostFact} from '../../facts/facts.ts';
import type {Drift} from '../../steps/drift.ts';
import type {ChosenMove, Expansion, GuestMove, Json, Part} from '../../steps/step.ts';
import {differences, differenceText} from './drift.ts';
import type {Choice, Plan, PlannedAction} from './model.ts';

/** Which action is asked about. */
type Asked = {readonly id: string; readonly title: string; readonly guest?: string};

/** What comes to light when a playbook is rehearsed with the choices of a plan. */
export type Findings = {
	/** Each action that the playbook comes to. */
	readonly asked: Set<string>;
	/** Actions that it asks for and the plan does not have. */
	readonly lacking: Set<string>;
	/** Why steps could not have chosen parts, by the part. */
	readonly refused: Map<string, string>;
};

/** What a plan has decided. Whoever carries it out asks before each thing; what has drifted is refused, nothing else. */
export class Decisions {
	readonly #actions: ReadonlyMap<string, PlannedAction>;
	readonly #choices: ReadonlyMap<string, Choice>;
	readonly #open: readonly string[];
	readonly #problems: ReadonlyMap<string, string>;
	readonly #file: string;
	/** What comes to light while it is asked. */
	readonly findings: Findings = {asked: new Set(), lacking: new Set(), refused: new Map()};

	/** @param file The plan's, for what is to be run next. */
	constructor(plan: Plan, file: string) {
		this.#actions = new Map(plan.actions.map(action => [action.id, action]));
		this.#choices = new Map(plan.choices.map(choice => [choice.id, choice]));
		this.#open = plan.decided_at_run_time.map(({task}) => task);
		this.#problems = new Map(plan.problems.map(({id, message}) => [id, message]));
		this.#file = file;
	}

	/** The reason for which a reviewer has taken it out. */
	skipOf(id: string): string | undefined {
		this.findings.asked.add(id);
		return this.#actions.get(id)?.skip;
	}

	/** Who goes where, of a step that is many; undefined for one that the plan does not have. */
	chosenOf(id: string): readonly ChosenMove[] | undefined {
		return this.#choices
			.get(id)
			?.parts.map(({guest, uuid, to, on}) => ({guest, uuid, to, ...(on === undefined ? {} : {on})}));
	}

	/** Takes down which parts a step could not have chosen: they are refused. */
	note(parts: readonly (Part & {readonly id: string})[]): void {
		for (const {id, refused} of parts) if (refused !== undefined) this.findings.refused.set(id, refused);
	}

	/** What a step that is many has chosen; undefined for one that the plan does not have. */
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

	/** Does the plan have this action? What is decided only while it runs has none. */
	has(id: string): boolean {
		return this.#actions.has(id);
	}

	/**
	 * @param action What it would be by what hosts say now; undefined when nothing may be told of it.
	 * @param drift How the step lets it differ.
	 * @throws StepError when the plan does not have it, or has it otherwise.
	 */
	demand({id, title, guest}: Asked, action: Json | undefined, drift?: Drift<never>): void {
		// Tried again, it is the same.
		const planned = this.#actions.get(id) ?? this.#actions.get(id.replace(/~\d+$/, ''));
		if (planned === undefined) {
			if (this.#isOpen(id) || this.#choices.has(id)) return;
			this.findings.lacking.add(id);
			const known = this.#problems.get(id);
			throw this.#refusal(known ?? `${title} is not in the plan: something has changed since it was made`);
		}
		if (action === undefined) return;
		// As it is written in a file.
		const found = differences(planned.action, JSON.parse(JSON.stringify(action)), drift?.ignored);
		const refused = this.findings.refused.get(planned.id);
		if (found.length === 0 && refused !== undefined) throw this.#refusal(`${title} cannot be chosen: ${refused}`);
		if (found.length === 0) return;
		const told = found.slice(0, 4).map(one => differenceText(one, drift));
		const more = found.length > told.length ? [`and ${found.length - told.length} more`] : [];
		throw this.#refusal(`${guest ?? title} is not as it was planned: ${[...told, ...more].join('; ')}`);
	}

	/** @throws StepError when the destination has been filled since. */
	demandRoom({guest, to}: GuestMove, requiredKib: number, {availableKib}: HostFact): void {
		if (availableKib >= requiredKib) return;
		const mib = (kib: number) => Math.round(kib / 1024);
		throw this.#refusal(`${guest} needs ${mib(requiredKib)} MiB on ${to}, which has ${mib(availableKib)} MiB left`);
	}

	#isOpen(id: string): boolean {
		return isOpenFor(id, this.#open);
	}

	#refusal(message: string): StepError {
		return new StepError(message, `plan again, and compare: vacate diff ${this.#file} NEW`, {retry: 'never'});
	}
}

/** Is it left open by these tasks? A file that is included has tasks whose ids begin with that of the include. */
export function isOpenFor(id: string, tasks: readonly string[]): boolean {
	const [task = id] = id.split('@');
	return tasks.some(open => task === open || task.startsWith(`${open}.`) || task.startsWith(`${open}#`));
}
