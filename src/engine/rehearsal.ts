import {Facts} from '../facts/facts.ts';
import type {ForeseenGatherer} from '../facts/foreseen.ts';
import type {Rehearsed, RehearsedName} from '../plan/document/rehearsed.ts';
import {commandsOf, undoOf} from '../plan/document/render.ts';
import {maskedData} from '../shell/mask.ts';
import type {Expansion, Json, PlanContext} from '../steps/step.ts';
import {hiddenText} from './action/hidden.ts';
import type {AnyStep} from './action/perform.ts';
import type {ActionName, Event} from './events.ts';
import {UndecidedError} from './undecided-error.ts';

/** An action as it would be performed. */
export type RehearsedAction = {
	readonly name: ActionName;
	readonly step: AnyStep;
	readonly params: Json;
	readonly action: Json;
	/** The task has `no_log`. */
	readonly hidden: boolean;
};

/** Notes actions instead of performing them. Later tasks see the expected state. */
export class Rehearsal {
	readonly #notes: Rehearsed[] = [];
	readonly #world: ForeseenGatherer;
	/** Whether hosts can be queried, or only previously gathered facts are available. */
	readonly #asks: boolean;
	/** UUIDs of guests whose state is too uncertain. */
	readonly #unsettled = new Set<string>();
	#wrote: 'nothing' | 'moves' | 'anything' = 'nothing';

	constructor(world: ForeseenGatherer, asks: boolean) {
		this.#world = world;
		this.#asks = asks;
	}

	get notes(): readonly Rehearsed[] {
		return this.#notes;
	}

	/** Whether the action is performed in the rehearsal: a read whose result will not change. */
	isDone(step: AnyStep, params: Json, action: Json, at: PlanContext): boolean {
		if (step.effect === 'write' || step.waits === true) return false;
		const asks = step.preview(action).length > 0;
		const looks = asks || step.needs(params, at, new Facts()).length > 0;
		return !looks || (this.#wrote === 'nothing' && (this.#asks || !asks));
	}

	/** @throws UndecidedError for a write to a guest whose state became uncertain through an earlier task. */
	foresee({name, step, params, action, hidden}: RehearsedAction): void {
		const text = JSON.stringify(action);
		if (step.effect === 'write' && [...this.#unsettled].some(uuid => text.includes(uuid)))
			throw new UndecidedError('earlier tasks');
		const move = step.guest?.(action);
		const load = step.load?.(action);
		this.#notes.push({
			kind: 'act',
			...nameOf(name),
			writes: step.effect === 'write',
			params: hidden ? hiddenText : maskedData(params),
			action: hidden ? hiddenText : maskedData(action),
			commands: hidden ? [] : commandsOf(step, action),
			...(move === undefined ? {} : {move}),
			...(load === undefined || hidden ? {} : {load}),
			warnings: hidden ? [] : (step.warnings?.(action) ?? []),
			images: hidden ? [] : (step.images?.(action) ?? []),
			undo: undoOf(step),
		});
		if (step.effect === 'read') return;
		if (move === undefined) this.#wrote = 'anything';
		else if (this.#wrote === 'nothing') this.#wrote = 'moves';
		if (move !== undefined) this.#world.moved({...move, requiredKib: 0, files: [], ...load});
		for (const sight of step.effects?.(action) ?? []) {
			if (sight.of === 'unsettled') this.#unsettled.add(sight.uuid);
			else this.#world.changed(sight);
		}
	}

	expand(name: ActionName, {parts, limits, left, warnings = []}: Expansion): void {
		this.#notes.push({
			kind: 'whole',
			...nameOf(name),
			limits,
			left,
			warnings,
			parts: parts.map(part => ({...part, id: partId(name, part.guest)})),
		});
	}

	open(name: ActionName, reason: string): void {
		this.#notes.push({kind: 'open', ...nameOf(name), reason});
	}

	/**
	 * An action that cannot be planned now, or seems unnecessary, may be possible or required after earlier tasks.
	 *
	 * @throws UndecidedError in that case.
	 */
	doubtThat(seems: string): void {
		if (this.#wrote === 'anything') throw new UndecidedError(`earlier tasks (currently: ${seems})`);
	}

	/** Notes that there is nothing to do. */
	on(event: Event): void {
		if (event.type !== 'action-ended') return;
		const {action, outcome, reason = '', failure} = event;
		if (outcome === 'skipped') this.#notes.push({kind: 'nothing', ...nameOf(action), reason});
		if (failure === undefined || event.ignored === true) return;
		const {message, remedies} = failure;
		this.#notes.push({kind: 'refused', ...nameOf(action), message, remedies, rescued: event.rescued === true});
	}
}

/** The id of a part of a composite step. */
export function partId({id}: ActionName, guest: string): string {
	return `${id}#${guest}`;
}

function nameOf({id, host, step, title, guest, to}: ActionName): RehearsedName {
	const [task = id] = id.split('@');
	return {
		id,
		task,
		host,
		step,
		title,
		...(guest === undefined ? {} : {guest}),
		...(to === undefined ? {} : {to}),
	};
}
