import type {GateSequence} from './gate-plan.ts';
import {Heap} from './heap.ts';
import {Queues} from './queues.ts';
import type {ScheduleTask} from './task.ts';

/** A time interval during which one limit delayed a task. */
export type Wait = {readonly limit: string; readonly fromMs: number; readonly untilMs: number};

/** The times of a task, from the start of the schedule. */
export type Times = {
	readonly task: ScheduleTask;
	readonly prepareMs: number;
	readonly startMs: number;
	readonly endMs: number;
	readonly waits: readonly Wait[];
};

/** A task that never starts, and the limit that blocks it. */
export type BlockedTask = {readonly task: ScheduleTask; readonly limit: string};

type Job = {
	readonly task: ScheduleTask;
	readonly passage: GateSequence;
	/** Its position in the order. */
	readonly position: number;
	readonly waits: Wait[];
	prepareMs: number;
	readyMs: number;
};

type Event = {readonly atMs: number; readonly kind: 'ended' | 'prepared'; readonly job: Job};

/**
 * Simulates the tasks by discrete events. Images are prepared ahead, in order; then a task starts as soon as all its
 * gates admit it. No task overtakes another at the gate where that one waits, so that light moves cannot delay a heavy
 * one forever.
 */
export class Simulation {
	readonly done: Times[] = [];
	readonly stuck: BlockedTask[] = [];
	readonly #jobs: readonly Job[];
	readonly #prepareMs: number;
	readonly #events = new Heap<Event>((a, b) => a.atMs - b.atMs || rank(a) - rank(b) || a.job.position - b.job.position);
	readonly #queues = new Queues<Job>();
	#nowMs = 0;
	#nextToPrepare = 0;

	constructor(
		tasks: readonly ScheduleTask[],
		passageOf: (task: ScheduleTask) => GateSequence,
		preparing: number,
		prepareMs: number,
	) {
		this.#prepareMs = prepareMs;
		this.#jobs = tasks.map((task, position) => ({
			task,
			position,
			passage: passageOf(task),
			waits: [],
			prepareMs: 0,
			readyMs: 0,
		}));
		for (let slot = 0; slot < preparing; slot++) this.#prepareNext();
		this.#run();
	}

	#run(): void {
		for (;;) {
			const event = this.#events.pop();
			if (event === undefined) {
				if (!this.#startOutOfTurn()) return;
				continue;
			}
			this.#nowMs = event.atMs;
			if (event.kind === 'ended') {
				this.#end(event.job);
			} else {
				event.job.readyMs = this.#nowMs;
				this.#prepareNext();
				this.#attempt(event.job);
			}
		}
	}

	#prepareNext(): void {
		const job = this.#jobs[this.#nextToPrepare++];
		if (job === undefined) return;
		job.prepareMs = this.#nowMs;
		this.#note(job, 'preparing', 0);
		this.#events.push({atMs: this.#nowMs + this.#prepareMs, kind: 'prepared', job});
	}

	/** Starts the job, or queues it at the first gate that does not admit it. */
	#attempt(job: Job): void {
		const closed = job.passage.enters.find(gate => !this.#queues.letsPass(gate, job));
		if (closed === undefined) this.#start(job);
		else this.#queues.add(closed, job);
	}

	#start(job: Job): void {
		for (const gate of job.passage.enters) gate.enter(job.task);
		const endMs = this.#nowMs + job.task.prediction.durationMs;
		this.#events.push({atMs: endMs, kind: 'ended', job});
		const {task, prepareMs, waits} = job;
		this.done.push({task, prepareMs, startMs: this.#nowMs, endMs, waits});
	}

	/** Admits jobs that wait at the gates with new capacity, in overall order. */
	#end({passage, task}: Job): void {
		for (const gate of passage.leaves) gate.leave(task);
		const opened = new Set(passage.leaves);
		for (let next = this.#queues.nextOf(opened); next !== undefined; next = this.#queues.nextOf(opened)) {
			this.#note(next.job, next.gate.name, waitingSince(next.job));
			this.#attempt(next.job);
		}
	}

	/**
	 * If nothing is in progress and the remaining tasks wait for each other, starts one that can start; else all are
	 * stuck.
	 */
	#startOutOfTurn(): boolean {
		const waiting = this.#queues.drain();
		const free = waiting.find(({job}) => job.passage.enters.every(gate => gate.admits(job.task)));
		if (free === undefined) {
			this.stuck.push(...waiting.map(({job}) => ({task: job.task, limit: this.#closedTo(job)})));
			return false;
		}
		for (const {gate, job} of waiting) if (job !== free.job) this.#queues.add(gate, job);
		this.#note(free.job, free.gate.name, waitingSince(free.job));
		this.#start(free.job);
		return true;
	}

	#closedTo({passage, task}: Job): string {
		return passage.enters.find(gate => !gate.admits(task))?.name ?? '';
	}

	/** Records a single wait for each limit, however often the task was tried during it. */
	#note({waits}: Job, limit: string, fromMs: number): void {
		if (fromMs === this.#nowMs) return;
		const last = waits.at(-1);
		const isContinued = last?.limit === limit && last.untilMs === fromMs;
		if (isContinued) waits.pop();
		waits.push({limit, fromMs: isContinued ? last.fromMs : fromMs, untilMs: this.#nowMs});
	}
}

/** Tasks that end free capacity before others claim it. */
function rank({kind}: Event): number {
	return kind === 'ended' ? 0 : 1;
}

function waitingSince({readyMs, waits}: Job): number {
	return Math.max(readyMs, waits.at(-1)?.untilMs ?? 0);
}
