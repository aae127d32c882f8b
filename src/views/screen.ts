import type {ActionName, ActionOutcome, Event} from '../engine/events.ts';
import {cut, visible, widthOf} from './columns.ts';
import {whatFailed} from './lines.ts';
import {noColours, type Palette} from './palette.ts';
import {type Running, rowLayout, startRunning} from './row.ts';
import {totalsText} from './totals.ts';
import {type Waiting, waitingRows} from './waiting.ts';

/** So many of the latest failures stay in sight while the run goes on. */
const failuresInSight = 3;

/** A terminal with fewer lines has none to spare for failures and space. */
const roomyHeight = 8;

const bad: ReadonlySet<ActionOutcome> = new Set(['failed', 'stuck', 'unreachable']);

/** What a live view shows of a run at a moment: what runs, what has failed, and a line of totals. */
export class Screen {
	readonly #palette: Palette;
	readonly #headings = new Map<string, string>();
	readonly #running = new Map<string, Running>();
	readonly #waiting = new Map<string, Waiting>();
	/** Each action that moves a guest, and whether it has. */
	readonly #moves = new Map<string, boolean>();
	readonly #failures: string[] = [];
	/** They only grow: columns that come and go with the rows would be hard to look at. */
	#widths = {name: 8, route: 11};
	#play = '';
	#begun: number | undefined;
	#ended = 0;

	constructor(palette: Palette = noColours) {
		this.#palette = palette;
	}

	on(event: Event): void {
		this.#begun ??= event.at;
		switch (event.type) {
			case 'play-started':
				this.#play = visible(event.play);
				return;
			case 'task-started':
				this.#headings.set(event.task, this.#headingOf(visible(event.name)));
				return;
			case 'action-waiting':
				this.#waiting.set(event.action.id, {action: event.action, limit: event.limit});
				this.#expect(event.action);
				return;
			case 'action-started':
				this.#waiting.delete(event.action.id);
				this.#expect(event.action);
				this.#start(event.action, event.at);
				return;
			case 'undo-started':
				this.#start({...event.action, title: `undo ${event.action.title}`}, event.at);
				return;
			case 'action-progress':
				this.#change(event.action.id, {phase: event.progress.phase, progress: event.progress});
				return;
			case 'action-retry':
				this.#change(event.action.id, {phase: 'again'});
				return;
			case 'action-ended':
				this.#end(event);
				return;
		}
	}

	/** At most `height` lines that fill at most `width` columns. */
	rows(width: number, height: number, now: number): readonly string[] {
		const roomy = height >= roomyHeight;
		const space = roomy ? [''] : [];
		const totals = {
			moves: [...this.#moves.values()],
			rates: [...this.#running.values()].map(({progress}) => progress?.bytesPerSecond ?? 0),
			limits: [...this.#waiting.values()].map(({limit}) => limit),
			ended: this.#ended,
			failed: this.#failures.length,
			elapsedMs: now - (this.#begun ?? now),
		};
		const failures = roomy ? this.#failures.slice(-failuresInSight) : [];
		const tail = [...failures, totalsText(totals, width, this.#palette)];
		const room = height - space.length - tail.length;
		const running = this.#runningRows(width, room, now);
		const spare = roomy ? room - running.length : 0;
		const waiting = waitingRows([...this.#waiting.values()], this.#widths, spare, this.#palette);
		return [...space, ...running, ...waiting, ...tail].map(line => cut(line, width));
	}

	#headingOf(task: string): string {
		const {strong, dim} = this.#palette;
		return this.#play === '' || this.#play === task ? strong(task) : `${this.#play}${dim(' › ')}${strong(task)}`;
	}

	#expect({id, guest}: ActionName): void {
		if (guest !== undefined) this.#moves.set(id, false);
	}

	#start(action: ActionName, at: number): void {
		const running = startRunning(action, at);
		this.#running.set(action.id, running);
		const {name, route} = this.#widths;
		this.#widths = {
			name: Math.max(name, Math.min(24, widthOf(running.name))),
			route: 'route' in running.does ? Math.max(route, Math.min(32, widthOf(running.does.route))) : route,
		};
	}

	#change(id: string, now: Pick<Running, 'phase' | 'progress'>): void {
		const running = this.#running.get(id);
		if (running === undefined) return;
		const {name, does, since} = running;
		this.#running.set(id, {name, does, since, ...now});
	}

	#end({action, outcome, failure}: Event & {readonly type: 'action-ended'}): void {
		const {id} = action;
		const begun = this.#running.delete(id);
		this.#waiting.delete(id);
		this.#ended += 1;
		// There was nothing to move; whereas one that never began, because the run was stopped, has not moved.
		if (outcome === 'skipped' && begun) this.#moves.delete(id);
		if (this.#moves.has(id)) this.#moves.set(id, outcome === 'changed' || outcome === 'ok');
		if (!bad.has(outcome) || failure === undefined) return;
		this.#failures.push(`${this.#palette.bad(`✗ ${outcome}`)}  ${whatFailed(action, failure)}`);
	}

	/** The rows of what runs, each task under its heading; and how many more there are, if there is no room for all. */
	#runningRows(width: number, room: number, now: number): readonly string[] {
		const row = rowLayout(width, this.#widths, this.#palette);
		const lines: string[] = [];
		let shown = 0;
		let task = '';
		for (const [id, running] of this.#running) {
			const heading = this.#headings.get(taskOf(id));
			const block = taskOf(id) === task || heading === undefined ? [] : [heading];
			const roomForMore = shown + 1 === this.#running.size ? 0 : 1;
			if (lines.length + block.length + 1 + roomForMore > room) break;
			lines.push(...block, row(running, now));
			task = taskOf(id);
			shown += 1;
		}
		const hidden = this.#running.size - shown;
		return hidden === 0 || room < 1 ? lines : [...lines, this.#palette.dim(`  and ${hidden} more`)];
	}
}

/** The task of an action: `play1.task2` of `play1.task2@kvm1#web1`. */
function taskOf(id: string): string {
	return id.split('@', 1)[0] ?? id;
}
