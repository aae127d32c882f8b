import {needCpus, needKib} from '../placement/capacity.ts';
import type {AffinityRule} from '../placement/cluster.ts';
import type {ScheduleTask} from './task.ts';

/** A condition for the start of a task. Its name is shown as the reason for waiting. */
export interface ScheduleGate {
	readonly name: string;
	/** Whether the task may start now. */
	admits(task: ScheduleTask): boolean;
	/** The task starts. */
	enter(task: ScheduleTask): void;
	/** The end of a task that was counted here: as one in progress, or as a guest that was here before. */
	leave(task: ScheduleTask): void;
}

/** Limits the total weight in progress. */
export class Slots implements ScheduleGate {
	readonly name: string;
	#free: number;

	constructor(name: string, limit: number) {
		this.name = name;
		this.#free = limit;
	}

	admits({transfer}: ScheduleTask): boolean {
		return transfer.weight <= this.#free;
	}

	enter({transfer}: ScheduleTask): void {
		this.#free -= transfer.weight;
	}

	leave({transfer}: ScheduleTask): void {
		this.#free += transfer.weight;
	}
}

/** The memory or CPUs of a host. A guest that is moving uses them on both hosts. */
export class Room implements ScheduleGate {
	readonly name: string;
	readonly #need: (task: ScheduleTask) => number;
	#free: number;

	constructor(name: string, free: number, need: (task: ScheduleTask) => number) {
		this.name = name;
		this.#free = free;
		this.#need = need;
	}

	admits(task: ScheduleTask): boolean {
		return this.#need(task) <= this.#free;
	}

	enter(task: ScheduleTask): void {
		this.#free -= this.#need(task);
	}

	leave(task: ScheduleTask): void {
		this.#free += this.#need(task);
	}
}

export function memoryRoom(host: string, freeKib: number): Room {
	return new Room(`memory ${host}`, freeKib, ({transfer}) => needKib(transfer.guest));
}

export function cpuRoom(host: string, free: number): Room {
	return new Room(`cpus ${host}`, free, ({transfer}) => needCpus(transfer.guest));
}

/** A hard rule `apart`: its guests never share a host or zone, not even while one of them is moving. */
export class Apart implements ScheduleGate {
	readonly name: string;
	readonly #areaOf: (host: string) => string;
	readonly #present = new Map<string, Set<string>>();

	constructor(rule: AffinityRule, areaOf: (host: string) => string, homes: ReadonlyMap<string, string>) {
		this.name = `rule ${rule.name}`;
		this.#areaOf = areaOf;
		for (const id of rule.guests) {
			const home = homes.get(id);
			if (home !== undefined) this.#area(home).add(id);
		}
	}

	admits({transfer: {move}}: ScheduleTask): boolean {
		const others = [...this.#area(move.destination)].filter(id => id !== move.guest);
		return others.length === 0;
	}

	enter({transfer: {move}}: ScheduleTask): void {
		this.#area(move.destination).add(move.guest);
	}

	leave({transfer: {move}}: ScheduleTask): void {
		if (this.#areaOf(move.source) !== this.#areaOf(move.destination)) this.#area(move.source).delete(move.guest);
	}

	#area(host: string): Set<string> {
		const name = this.#areaOf(host);
		const area = this.#present.get(name) ?? new Set();
		this.#present.set(name, area);
		return area;
	}
}
