import {needCpus, needKib} from '../placement/capacity.ts';
import type {Rule} from '../placement/cluster.ts';
import type {Task} from './task.ts';

/** What a task must pass before it begins. Its name is what a waiting guest is told. */
export interface Gate {
	readonly name: string;
	/** Is there room for the task now? */
	admits(task: Task): boolean;
	/** The task begins. */
	enter(task: Task): void;
	/** A task has ended that was counted here: as one that was under way, or as a guest that was here before. */
	leave(task: Task): void;
}

/** So much weight at once. */
export class Slots implements Gate {
	readonly name: string;
	#free: number;

	constructor(name: string, limit: number) {
		this.name = name;
		this.#free = limit;
	}

	admits({transfer}: Task): boolean {
		return transfer.weight <= this.#free;
	}

	enter({transfer}: Task): void {
		this.#free -= transfer.weight;
	}

	leave({transfer}: Task): void {
		this.#free += transfer.weight;
	}
}

/** The memory or the CPUs of a host. A guest on its way takes them on both hosts. */
export class Room implements Gate {
	readonly name: string;
	readonly #need: (task: Task) => number;
	#free: number;

	constructor(name: string, free: number, need: (task: Task) => number) {
		this.name = name;
		this.#free = free;
		this.#need = need;
	}

	admits(task: Task): boolean {
		return this.#need(task) <= this.#free;
	}

	enter(task: Task): void {
		this.#free -= this.#need(task);
	}

	leave(task: Task): void {
		this.#free += this.#need(task);
	}
}

export function memoryRoom(host: string, freeKib: number): Room {
	return new Room(`memory ${host}`, freeKib, ({transfer}) => needKib(transfer.guest));
}

export function cpuRoom(host: string, free: number): Room {
	return new Room(`cpus ${host}`, free, ({transfer}) => needCpus(transfer.guest));
}

/** A hard rule `apart`: its guests never share a host or a zone, not even while one of them is on its way. */
export class Apart implements Gate {
	readonly name: string;
	readonly #areaOf: (host: string) => string;
	readonly #present = new Map<string, Set<string>>();

	constructor(rule: Rule, areaOf: (host: string) => string, homes: ReadonlyMap<string, string>) {
		this.name = `rule ${rule.name}`;
		this.#areaOf = areaOf;
		for (const id of rule.guests) {
			const home = homes.get(id);
			if (home !== undefined) this.#area(home).add(id);
		}
	}

	admits({transfer: {move}}: Task): boolean {
		const others = [...this.#area(move.destination)].filter(id => id !== move.guest);
		return others.length === 0;
	}

	enter({transfer: {move}}: Task): void {
		this.#area(move.destination).add(move.guest);
	}

	leave({transfer: {move}}: Task): void {
		if (this.#areaOf(move.source) !== this.#areaOf(move.destination)) this.#area(move.source).delete(move.guest);
	}

	#area(host: string): Set<string> {
		const name = this.#areaOf(host);
		const area = this.#present.get(name) ?? new Set();
		this.#present.set(name, area);
		return area;
	}
}
