import type {JSONSchema} from 'json-schema-to-ts';
import {
	choice,
	conditions,
	duration,
	durationOrExpression,
	expression,
	flag,
	texts,
	variableName,
} from './keyword-values.ts';
import {metaActions, orders, strategies} from './model.ts';

const name = {type: 'string', description: 'The name, shown in the output.'} as const;
const vars = {
	type: 'object',
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	description: 'Variables. Their values may refer to other variables: "{{ … }}".',
} as const;

/** Keywords of plays, blocks and tasks. They apply to everything inside. */
const everywhere = {
	name,
	vars,
	tags: texts('Tags for --tags and --skip-tags: a list, or a comma-separated string.'),
	environment: {
		anyOf: [{type: 'object'}, {type: 'array', items: {anyOf: [{type: 'object'}, expression]}}, expression],
		description: 'Environment variables for the commands of the task.',
	},
	ignore_errors: flag('Continue with the host if the task fails.'),
	ignore_unreachable: flag('Continue with the host if it is unreachable.'),
	any_errors_fatal: flag('If the task fails on one host, treat it as failed on all hosts.'),
	run_once: flag('Run the task for the first host only and apply its result to all hosts.'),
	no_log: flag('Hide the parameters and results of the task.'),
	throttle: {
		anyOf: [{type: 'integer', minimum: 0}, expression],
		description: 'Maximum number of hosts that run the task at the same time.',
	},
	timeout: durationOrExpression(
		'Time limit for each command of the task, per attempt, such as 30 s. A plain number is in seconds.',
	),
	become: flag('Run the commands as another user, with sudo.'),
	become_user: {type: 'string', minLength: 1, description: 'The user to become (default: root).'},
	connection: choice(['ssh', 'local'], 'How to connect to the hosts, unless their variables set it.'),
	become_method: {enum: ['sudo'], description: 'How to become another user.'},
} as const;

/** Keywords of blocks and tasks. */
const inTasks = {
	...everywhere,
	when: conditions('Run the task only if this condition is true. In a list, all conditions must be true.'),
	notify: texts('Handlers to notify, by name or topic, if the task changes something.'),
	delegate_to: {
		type: 'string',
		minLength: 1,
		description: 'Run the task on another host of the inventory, on behalf of this host.',
	},
} as const;

const loops = {
	loop: {
		anyOf: [{type: 'array'}, {type: 'string', pattern: '\\{[{%#]'}],
		description:
			'Run the task once for each item of a list, or of an expression that gives a list. The variable `item` holds the item.',
	},
	loop_control: {
		type: 'object',
		additionalProperties: false,
		description: 'Options of the loop.',
		properties: {
			loop_var: variableName('The name of the item variable (default: `item`).'),
			label: {type: 'string', description: 'The label of an item in the output, such as "{{ item.name }}".'},
			index_var: variableName('The name of a variable for the index of the item, counted from 0.'),
			pause: duration('Pause between two items, such as 2 s. A plain number is in seconds.'),
			extended: {type: 'boolean', description: 'Set `ansible_loop`, which holds the position in the loop.'},
			break_when: conditions('End the loop after an item for which this condition is true.'),
		},
	},
} as const;

const register = variableName('Save the result in this variable of the host.');

/** The keywords of a task. Any other key of a task is the name of its step. */
export const taskKeywords = {
	...inTasks,
	...loops,
	register,
	retries: {
		anyOf: [{type: 'integer', minimum: 1}, expression],
		description: 'Total number of attempts, until the task succeeds or `until` is true.',
	},
	delay: durationOrExpression('Delay between two attempts, such as 10 s (default: 5 s). A plain number is in seconds.'),
	until: conditions(
		'Repeat the task, as set by `retries` and `delay`, until this condition is true. It may use the registered variable.',
	),
	changed_when: conditions(
		'Condition that decides whether the task changed something. Overrides the result of the step.',
	),
	failed_when: conditions('Condition that decides whether the task failed. Overrides the result of the step.'),
	undo: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description: 'The command that undoes a `command` or `shell` task: a string, or a list of arguments.',
	},
	check: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description:
			'A command that only reads and exits with 0 when the work of a `command` or `shell` task is done. It is run when the end of the task was not seen: the controller died, or the connection was lost.',
	},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of a handler. */
export const handlerKeywords = {
	...taskKeywords,
	listen: texts('Topics that notify the handler, in addition to its name.'),
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of a block. */
export const blockKeywords = {
	...inTasks,
	block: {type: 'array', description: 'Tasks that are grouped. Keywords of the block apply to each of them.'},
	rescue: {type: 'array', description: 'Tasks to run if a task of the block fails.'},
	always: {type: 'array', description: 'Tasks to run after the block, whether or not it failed.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;

const fileOr = (properties: Readonly<Record<string, JSONSchema>>, description: string) =>
	({
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'object', additionalProperties: false, required: ['file'], properties},
		],
		description,
	}) as const;

const file = {type: 'string', minLength: 1, description: 'The file, relative to the file that names it.'} as const;

/** Controls: what a task may name instead of a step. The run itself executes them. */
export const controls = {
	import_tasks: fileOr({file}, 'Import the tasks of another file here. The file is read before the run.'),
	include_tasks: fileOr(
		{
			file,
			apply: {
				type: 'object',
				additionalProperties: false,
				properties: inTasks,
				description: 'Keywords for all tasks of the file, as if they were in a block.',
			},
		},
		'Include the tasks of another file, selected during the run. May be used in a loop.',
	),
	include_vars: fileOr(
		{file, name: variableName('Save all variables in this variable, as a mapping.')},
		'Load variables from a file, for this host and the rest of the run.',
	),
	meta: {
		enum: metaActions,
		description:
			'flush_handlers: run the notified handlers now. end_host, end_batch, end_play: end the host, batch or play here, without failure. clear_host_errors: include failed hosts in the following plays again.',
	},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords that each control accepts. */
export const controlKeywords = {
	import_tasks: inTasks,
	include_tasks: {...inTasks, ...loops},
	include_vars: {...inTasks, ...loops, register},
	meta: {name, when: inTasks.when, tags: everywhere.tags, vars, any_errors_fatal: everywhere.any_errors_fatal},
} as const satisfies Readonly<Record<keyof typeof controls, Readonly<Record<string, JSONSchema>>>>;

export type ControlKeyword = keyof typeof controls;

const count = {
	anyOf: [{type: 'integer', minimum: 1}, {type: 'string', pattern: '^\\d+%?$'}, expression],
	description: 'A number of hosts, or a percentage such as 25%.',
} as const;

/** The keywords of a play. */
export const playKeywords = {
	hosts: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string', minLength: 1}},
		],
		description: 'Hosts of the inventory: a host, a group, or a pattern such as compute:!kvm1.',
	},
	tasks: {type: 'array', description: 'Tasks to run on each host, in order.'},
	...everywhere,
	vars_files: {
		anyOf: [
			{type: 'string', minLength: 1},
			{
				type: 'array',
				items: {
					anyOf: [
						{type: 'string', minLength: 1},
						{type: 'array', minItems: 1, items: {type: 'string', minLength: 1}},
					],
				},
			},
		],
		description: 'Files with variables. Of a nested list, the first file that exists is used.',
	},
	pre_tasks: {type: 'array', description: 'Tasks to run before `tasks`, followed by the handlers they notify.'},
	post_tasks: {type: 'array', description: 'Tasks to run after `tasks` and the handlers they notify.'},
	handlers: {type: 'array', description: 'Tasks that run once, at the end, for the hosts that notified them.'},
	force_handlers: flag('Run the notified handlers of a host even if the host fails.'),
	serial: {
		anyOf: [...count.anyOf, {type: 'array', minItems: 1, items: count}],
		description:
			'Batch size: the number of hosts that run the play together, as a number, a percentage such as 25%, or a list of them.',
	},
	max_fail_percentage: {
		anyOf: [{type: 'number', minimum: 0, maximum: 100}, expression],
		description: 'The play ends if more than this percentage of its hosts fail.',
	},
	strategy: choice(
		strategies,
		'linear: run each task on all hosts before the next task. free: run each host independently. host_pinned: the same as free, but start only as many hosts as may run at the same time.',
	),
	order: choice(orders, 'The order of the hosts.'),
	remote_user: {
		type: 'string',
		minLength: 1,
		description: 'The login user on the hosts, unless their variables set it.',
	},
	port: {
		anyOf: [{type: 'integer', minimum: 1, maximum: 65535}, expression],
		description: 'The SSH port of the hosts, unless their variables set it.',
	},
	gather_facts: flag('Set to false or omit: steps gather the facts they need.'),
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of `import_playbook`. */
export const importKeywords = {
	name,
	vars,
	when: inTasks.when,
	tags: everywhere.tags,
	import_playbook: {type: 'string', minLength: 1, description: 'Another playbook, whose plays are inserted here.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;
