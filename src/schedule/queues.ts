import type {ScheduleGate} from './gates.ts';
import {Heap} from './heap.ts';
import type {ScheduleTask} from './task.ts';

/** A waiting task; the position decides the order. */
export type Waiter = {readonly task: ScheduleTask; readonly position: number};

/** The tasks that wait at each gate. A task waits at one gate only. */
export class Queues<Job extends Waiter> {
	readonly #queues = new Map<ScheduleGate, Heap<Job>>();

	add(gate: ScheduleGate, job: Job): void {
		const queue = this.#queues.get(gate) ?? new Heap<Job>((a, b) => a.position - b.position);
		this.#queues.set(gate, queue);
		queue.push(job);
	}

	/** Whether the job may pass the gate: there is room, and no earlier job waits there. */
	letsPass(gate: ScheduleGate, {task, position}: Job): boolean {
		const first = this.#queues.get(gate)?.first;
		return gate.admits(task) && (first === undefined || first.position > position);
	}

	/** Removes the first job that one of the gates admits; gates that admit none are removed from the set. */
	nextOf(gates: Set<ScheduleGate>): {readonly gate: ScheduleGate; readonly job: Job} | undefined {
		let best: {readonly gate: ScheduleGate; readonly job: Job} | undefined;
		for (const gate of gates) {
			const job = this.#queues.get(gate)?.first;
			if (job === undefined || !gate.admits(job.task)) gates.delete(gate);
			else if (best === undefined || job.position < best.job.position) best = {gate, job};
		}
		if (best !== undefined) this.#queues.get(best.gate)?.pop();
		return best;
	}

	/** Removes all jobs, in order. */
	drain(): readonly {readonly gate: ScheduleGate; readonly job: Job}[] {
		const all: {readonly gate: ScheduleGate; readonly job: Job}[] = [];
		for (const [gate, queue] of this.#queues) {
			for (let job = queue.pop(); job !== undefined; job = queue.pop()) all.push({gate, job});
		}
		return all.sort((a, b) => a.job.position - b.job.position);
	}
}
