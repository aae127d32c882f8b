import type {Position, Problem} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import type {Step} from '../steps/step.ts';
import type {Condition, Template} from '../template/template.ts';

/** A playbook that is valid as far as that can be checked without an inventory. */
export type Playbook = {readonly file: string; readonly plays: readonly Play[]};

export const strategies = ['linear', 'free', 'host_pinned'] as const;
export const orders = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

export type Play = {
	/** `play1`. */
	readonly id: string;
	readonly name: string;
	/** The folder of the playbook that contains it. */
	readonly folder: string;
	/** Evaluates to a host pattern or a list of them. */
	readonly hosts: Template;
	readonly vars: Vars;
	readonly tags: readonly string[];
	/** Files with variables; of each list, the first that exists is used. */
	readonly varsFiles: readonly (readonly Template[])[];
	/** Reads a file with variables. @throws InputError */
	readonly readVars: (file: string) => Vars | undefined;
	readonly preTasks: readonly Node[];
	readonly tasks: readonly Node[];
	readonly postTasks: readonly Node[];
	readonly handlers: readonly Handler[];
	/** Whether the notified handlers of a host run even if it has failed. */
	readonly forceHandlers: boolean;
	/** Whether it asks for Ansible's facts, which are not gathered. */
	readonly gathersFacts: boolean;
	/** The login user and SSH port of its hosts, unless their variables set them. */
	readonly login: {readonly user?: Template; readonly port?: Template};
	readonly strategy: (typeof strategies)[number];
	readonly order: (typeof orders)[number];
	/** `strategy`, `order` and `force_handlers` that are expressions: their values replace the defaults above. */
	readonly settings: Readonly<Record<string, Template>>;
	/** Batch sizes: one batch for each item, the last item repeated. Empty: all hosts in one batch. */
	readonly serial: readonly Template[];
	/** The play ends for all hosts if more than this percentage of a batch has failed. */
	readonly maxFailPercentage?: number | Template;
	/** Locates parts of the play in its file, by JSON pointers within the play. */
	readonly place: SourceRange;
};

/** An item of a list of tasks. */
export type Node = PlaybookTask | Block | Include | IncludeVars | Meta;

/** A boolean, or an expression that gives one. */
export type Flag = boolean | Template;

/** The keywords that a play and a block pass on to everything inside, including those that they inherit. */
export type Inherited = {
	/** All must be true; inherited conditions come first. */
	readonly when: readonly Condition[];
	readonly tags: readonly string[];
	readonly vars: Vars;
	/** Variables of the enclosing `include_tasks`: they override registered variables and facts. */
	readonly includeVars: Vars;
	/** Each evaluates to a mapping; later ones win. */
	readonly environment: readonly Template[];
	readonly notify: readonly Template[];
	readonly ignoreErrors: Flag;
	readonly ignoreUnreachable: Flag;
	readonly anyErrorsFatal: Flag;
	readonly runOnce: Flag;
	/** Whether to hide its parameters and results. */
	readonly noLog: Flag;
	/** The maximum number of hosts that run it at the same time. */
	readonly throttle?: Template;
	/** The time limit for each command of an attempt, in milliseconds. */
	readonly timeoutMs?: number | Template;
	/** The host that runs it on behalf of another. */
	readonly delegateTo?: Template;
	readonly become: BecomeSettings;
	/** How to connect to its hosts, unless their variables set it. */
	readonly connection?: 'ssh' | 'local' | Template;
};

/** The user that runs its commands; omitted fields are taken from the host's variables. */
export type BecomeSettings = {readonly become?: Flag; readonly user?: Template; readonly method?: string};

type Common = {
	/** `play1.task3`: stable as long as the playbook does not change. */
	readonly id: string;
	/** As written; it may contain expressions. */
	readonly name: string;
	/** The name, if it contains expressions. */
	readonly title?: Template;
	/** Of a handler: topics that notify it, in addition to its name. */
	readonly listen: readonly string[];
	/** Locates its parts, by JSON pointers within it. */
	readonly place: SourceRange;
};

export type Loop = {
	/** Evaluates to a list: one action for each of its items. */
	readonly loop?: Template;
	readonly loopVar: string;
	readonly indexVar?: string;
	/** The label of an item in the output (default: the item itself). */
	readonly label?: Template;
	/** Milliseconds between two items. */
	readonly pauseMs: number;
	/** Whether `ansible_loop`, the position in the loop, is set. */
	readonly extended: boolean;
	/** The loop ends after an item for which all are true. */
	readonly breakWhen: readonly Condition[];
};

export type PlaybookTask = Common &
	Inherited &
	Loop & {
		readonly kind: 'task';
		readonly step: Step;
		readonly params: Template;
		readonly register?: string;
		/** The total number of attempts. */
		readonly attempts: number | Template;
		/** Milliseconds between two attempts. */
		readonly delayMs: number | Template;
		readonly until: readonly Condition[];
		readonly changedWhen?: readonly Condition[];
		readonly failedWhen?: readonly Condition[];
	};

/** A group of tasks: `rescue` runs if one fails, `always` in any case. */
export type Block = Common & {
	readonly kind: 'block';
	readonly block: readonly Node[];
	readonly rescue: readonly Node[];
	readonly always: readonly Node[];
};

/** `include_tasks`: the tasks of a file that is selected during the run. */
export type Include = Common &
	Inherited &
	Loop & {
		readonly kind: 'include';
		readonly file: Template;
		/**
		 * The tasks of a file, with ids that begin with `id`.
		 *
		 * @param vars The loop variables of the include.
		 * @throws InputError with all errors of the file.
		 */
		readonly open: (file: string, id: string, vars: Vars) => readonly Node[];
		/** Its tasks, if the file is known before the run. */
		readonly known: readonly Node[];
	};

/** `include_vars`: loads variables from a file, for one host and the rest of the run. */
export type IncludeVars = Common &
	Inherited &
	Loop & {
		readonly kind: 'include_vars';
		readonly file: Template;
		/** The variable that holds them all as a mapping; if omitted, each is a variable of its own. */
		readonly into?: string;
		/** The variable that holds the result. */
		readonly register?: string;
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

/** `meta`: controls the run itself. */
export type Meta = Common & Inherited & {readonly kind: 'meta'; readonly action: (typeof metaActions)[number]};

/** A task that runs at the end of a section of the play, for the hosts that notified it. */
export type Handler = PlaybookTask | Include;

/** The position of a part of the playbook. */
export type SourceRange = {
	/** @param index The index of a character in the string there. */
	at(pointer: string, index?: number): Position;
	problem(message: string, pointer: string, hint?: string): Problem;
	problemAtKey(message: string, pointer: string, hint?: string): Problem;
	/** A problem at a given position. */
	problemAt(message: string, position: Position, hint?: string): Problem;
};
