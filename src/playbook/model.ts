import type {Position, Problem} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import type {Step} from '../steps/step.ts';
import type {Condition, Template} from '../template/template.ts';

/** A playbook that has been read and found valid, as far as that can be known without its inventory. */
export type Playbook = {readonly file: string; readonly plays: readonly Play[]};

export type Play = {
	/** `play1`. */
	readonly id: string;
	readonly name: string;
	/** Evaluates to a host pattern or a list of them. */
	readonly hosts: Template;
	readonly vars: Vars;
	readonly tasks: readonly Task[];
	/** Finds parts of the play in its file, by JSON pointers within the play. */
	readonly place: Place;
};

export type Task = {
	/** `play1.task3`: the same as long as the playbook is. */
	readonly id: string;
	readonly name: string;
	readonly step: Step;
	readonly params: Template;
	readonly when: readonly Condition[];
	/** Evaluates to a list: one action for each of its items. */
	readonly loop?: Template;
	readonly loopVar: string;
	/** What an item is called in the output; else the item itself. */
	readonly label?: Template;
	readonly register?: string;
	/** How often it is tried in all. */
	readonly attempts: number;
	readonly delayMs: number;
	readonly until: readonly Condition[];
	readonly changedWhen?: readonly Condition[];
	readonly failedWhen?: readonly Condition[];
	readonly ignoreErrors: boolean;
	/** The host that does it in place of the one it is done for. */
	readonly delegateTo?: Template;
	readonly vars: Vars;
	/** Finds parts of the task, by JSON pointers within it. */
	readonly place: Place;
};

/** Where a part of the playbook was written. */
export type Place = {
	/** @param index A character of the text there. */
	at(pointer: string, index?: number): Position;
	problem(message: string, pointer: string, hint?: string): Problem;
	problemAtKey(message: string, pointer: string, hint?: string): Problem;
	/** At a position that is known already. */
	problemAt(message: string, position: Position, hint?: string): Problem;
};
