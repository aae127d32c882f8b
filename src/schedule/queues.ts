import type {ScheduleGate} from './gates.ts';
import {Heap} from './heap.ts';
import type {ScheduleTask} from './task.ts';

/** Someone who waits: who comes before whom is decided by the position. */
export type Waiter = {readonly task: ScheduleTask; readonly position: number};

/** Who waits at which gate. Nobody waits at two. */
export class Queues<Job extends Waiter> {
	readonly #queues = new Map<ScheduleGate, Heap<Job>>();

	add(gate: ScheduleGate, job: Job): void {
		const queue = this.#queues.get(gate) ?? new Heap<Job>((a, b) => a.position - b.position);
		this.#queues.set(gate, queue);
		queue.push(job);
	}

	/** May the job pass the gate: is there room, and does nobody wait there who comes before? */
	letsPass(gate: ScheduleGate, {task, position}: Job): boolean {
		const first = this.#queues.get(gate)?.first;
		return gate.admits(task) && (first === undefined || first.position > position);
	}

	/** Takes out who comes first of all that one of the gates admits; gates that admit nobody are taken off the set. */
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

	/** Takes out all, those first who come first. */
	drain(): readonly {readonly gate: ScheduleGate; readonly job: Job}[] {
		const all: {readonly gate: ScheduleGate; readonly job: Job}[] = [];
		for (const [gate, queue] of this.#queues) {
			for (let job = queue.pop(); job !== undefined; job = queue.pop()) all.push({gate, job});
		}
		return all.sort((a, b) => a.job.position - b.job.position);
	}
}
