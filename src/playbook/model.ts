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
	/** Where the playbook lies that it stands in. */
	readonly folder: string;
	/** Evaluates to a host pattern or a list of them. */
	readonly hosts: Template;
	readonly vars: Vars;
	readonly tags: readonly string[];
	/** Files of variables; of each list the first that is there. */
	readonly varsFiles: readonly (readonly Template[])[];
	/** Reads a file of variables. @throws InputError */
	readonly readVars: (file: string) => Vars | undefined;
	readonly preTasks: readonly Node[];
	readonly tasks: readonly Node[];
	readonly postTasks: readonly Node[];
	readonly handlers: readonly Handler[];
	/** Run what a host has notified also when it has failed. */
	readonly forceHandlers: boolean;
	/** It asks for Ansible's facts, which nobody gathers. */
	readonly gathersFacts: boolean;
	/** Who logs in on its hosts, and at which port, where their variables do not say. */
	readonly login: {readonly user?: Template; readonly port?: Template};
	readonly strategy: 'linear' | 'free' | 'host_pinned';
	readonly order: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';
	/** How many hosts go through the play together: of each item one batch, the last again and again. Empty: all. */
	readonly serial: readonly Template[];
	/** When more of a batch have failed, the play ends for all. */
	readonly maxFailPercentage?: number | Template;
	/** Finds parts of the play in its file, by JSON pointers within the play. */
	readonly place: SourceRange;
};

/** What stands in a list of tasks. */
export type Node = PlaybookTask | Block | Include | IncludeVars | Meta;

/** A keyword that is true, false or an expression that gives one. */
export type Flag = boolean | Template;

/** What a play and a block hand down to all that is in them, what stands around it already in it. */
export type Inherited = {
	/** All must be true; those from around come first. */
	readonly when: readonly Condition[];
	readonly tags: readonly string[];
	readonly vars: Vars;
	/** Variables given to an `include_tasks` around: they come before what a host has learned. */
	readonly includeVars: Vars;
	/** Each evaluates to a mapping; later ones win. */
	readonly environment: readonly Template[];
	readonly notify: readonly Template[];
	readonly ignoreErrors: Flag;
	readonly ignoreUnreachable: Flag;
	readonly anyErrorsFatal: Flag;
	readonly runOnce: Flag;
	/** Say nothing of what it is given and gives. */
	readonly noLog: Flag;
	/** How many hosts may do it at once. */
	readonly throttle?: Template;
	/** How long an attempt may take, in milliseconds. */
	readonly timeoutMs?: number;
	/** The host that does it in place of the one it is done for. */
	readonly delegateTo?: Template;
	readonly become: BecomeSettings;
	/** How its hosts are reached, where their variables do not say. */
	readonly connection?: 'ssh' | 'local';
};

/** Who does it on the host: what is left out is as the host's variables say. */
export type BecomeSettings = {readonly become?: Flag; readonly user?: Template; readonly method?: string};

type Common = {
	/** `play1.task3`: the same as long as the playbook is. */
	readonly id: string;
	/** As it is written; it may hold expressions. */
	readonly name: string;
	/** The name, when it holds expressions. */
	readonly title?: Template;
	/** Of a handler: topics that it is notified by, beside its name. */
	readonly listen: readonly string[];
	/** Finds parts of it, by JSON pointers within it. */
	readonly place: SourceRange;
};

export type Loop = {
	/** Evaluates to a list: one action for each of its items. */
	readonly loop?: Template;
	readonly loopVar: string;
	readonly indexVar?: string;
	/** What an item is called in the output; else the item itself. */
	readonly label?: Template;
	/** Milliseconds between two items. */
	readonly pauseMs: number;
	/** Whether `ansible_loop` tells where in the loop an item is. */
	readonly extended: boolean;
	/** Ends the loop after an item for which all are true. */
	readonly breakWhen: readonly Condition[];
};

export type PlaybookTask = Common &
	Inherited &
	Loop & {
		readonly kind: 'task';
		readonly step: Step;
		readonly params: Template;
		readonly register?: string;
		/** How often it is tried in all. */
		readonly attempts: number | Template;
		/** Milliseconds between two tries. */
		readonly delayMs: number | Template;
		readonly until: readonly Condition[];
		readonly changedWhen?: readonly Condition[];
		readonly failedWhen?: readonly Condition[];
	};

/** Tasks that belong together: when one fails, `rescue` is done in its place, and `always` in any case. */
export type Block = Common & {
	readonly kind: 'block';
	readonly block: readonly Node[];
	readonly rescue: readonly Node[];
	readonly always: readonly Node[];
};

/** `include_tasks`: the tasks of a file, chosen while it runs. */
export type Include = Common &
	Inherited &
	Loop & {
		readonly kind: 'include';
		readonly file: Template;
		/**
		 * The tasks of a file, with ids that begin with this one.
		 *
		 * @param vars What the loop of the include adds to its variables.
		 * @throws InputError with all its mistakes.
		 */
		readonly open: (file: string, id: string, vars: Vars) => readonly Node[];
		/** Its tasks, where the file is known before the run. */
		readonly known: readonly Node[];
	};

/** `include_vars`: variables of a file, for one host, from now on. */
export type IncludeVars = Common &
	Inherited &
	Loop & {
		readonly kind: 'include_vars';
		readonly file: Template;
		/** The variable that keeps them all; else each is a variable by itself. */
		readonly into?: string;
		/** @throws InputError */
		readonly open: (file: string) => Vars;
		readonly known: Vars;
	};

export const metaActions = [
	'flush_handlers',
	'end_host',
	'end_batch',
	'end_play',
	'clear_host_errors',
	'noop',
] as const;

/** `meta`: what changes the run itself. */
export type Meta = Common & Inherited & {readonly kind: 'meta'; readonly action: (typeof metaActions)[number]};

/** What is done at the end of a part of the play for the hosts that have asked for it. */
export type Handler = PlaybookTask | Include;

/** Where a part of the playbook was written. */
export type SourceRange = {
	/** @param index A character of the text there. */
	at(pointer: string, index?: number): Position;
	problem(message: string, pointer: string, hint?: string): Problem;
	problemAtKey(message: string, pointer: string, hint?: string): Problem;
	/** At a position that is known already. */
	problemAt(message: string, position: Position, hint?: string): Problem;
};
