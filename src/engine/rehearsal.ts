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
	/** Its commands run on this machine, whatever the variables of its host say. */
	readonly here: boolean;
};

/** What a rehearsal knows of the run. */
export type RehearsalSetting = {
	/** Whether hosts can be queried, or only previously gathered facts are available. */
	readonly asks: boolean;
	/** Whether a step of this name, or `include`, may change something. */
	readonly mayWrite: (step: string) => boolean;
	/** Whether commands of a host run on this machine. */
	readonly isHere: (host: string) => boolean;
};

/** Notes actions instead of performing them. Later tasks see the expected state. */
export class Rehearsal {
	readonly #notes: Rehearsed[] = [];
	readonly #world: ForeseenGatherer;
	readonly #setting: RehearsalSetting;
	/** UUIDs of guests whose state is too uncertain. */
	readonly #unsettled = new Set<string>();
	#wrote: 'nothing' | 'moves' | 'anything' = 'nothing';

	#wroteHere = false;

	constructor(world: ForeseenGatherer, setting: RehearsalSetting) {
		this.#world = world;
		this.#setting = setting;
	}

	/** Whether earlier tasks may have changed files of this machine. */
	get wroteHere(): boolean {
		return this.#wroteHere;
	}

	get notes(): readonly Rehearsed[] {
		return this.#notes;
	}

	/** Whether the action is performed in the rehearsal: a read whose result will not change. */
	isDone(step: AnyStep, params: Json, action: Json, at: PlanContext): boolean {
		if (step.effect === 'write' || step.waits === true) return false;
		const asks = step.preview(action).length > 0;
		const looks = asks || step.needs(params, at, new Facts()).length > 0;
		return !looks || (this.#wrote === 'nothing' && (this.#setting.asks || !asks));
	}

	/** @throws UndecidedError for a write to a guest whose state became uncertain through an earlier task. */
	foresee({name, step, params, action, hidden, here}: RehearsedAction): void {
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
		if (move === undefined && (here || this.#setting.isHere(name.host))) this.#wroteHere = true;
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
		if (!this.#setting.mayWrite(name.step)) return;
		this.#wrote = 'anything';
		if (this.#setting.isHere(name.host)) this.#wroteHere = true;
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
