import type {JSONSchema} from 'json-schema-to-ts';
import {durationSchema} from '../units/units.ts';
import {metaActions} from './model.ts';

const condition = {
	anyOf: [{type: 'string', minLength: 1}, {type: 'boolean'}],
	description: 'An expression that is true or false, written without {{ }}.',
} as const;

export const conditions = (description: string) =>
	({anyOf: [condition.anyOf[0], condition.anyOf[1], {type: 'array', items: condition}], description}) as const;

const expression = {type: 'string', pattern: '\\{[{%#]'} as const;

const flag = (description: string) => ({anyOf: [{type: 'boolean'}, expression], description}) as const;

const texts = (description: string) =>
	({
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', items: {type: 'string', minLength: 1}},
		],
		description,
	}) as const;

const duration = (description: string) =>
	({anyOf: [{type: 'number', minimum: 0}, durationSchema], description}) as const;

const durationOrExpression = (description: string) =>
	({anyOf: [{type: 'number', minimum: 0}, durationSchema, expression], description}) as const;

const variableName = (description: string) =>
	({type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description}) as const;

const name = {type: 'string', description: 'What it is for: shown while it runs.'} as const;
const vars = {
	type: 'object',
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	description: 'Variables. They may use other variables: "{{ … }}".',
} as const;

/** What a play, a block and a task may say, for all that is in them. */
const everywhere = {
	name,
	vars,
	tags: texts('Words to choose it by, with --tags and --skip-tags: a list, or a text with commas.'),
	environment: {
		anyOf: [{type: 'object'}, {type: 'array', items: {anyOf: [{type: 'object'}, expression]}}, expression],
		description: 'Variables of the environment of its commands.',
	},
	ignore_errors: flag('Go on with the host when it fails.'),
	ignore_unreachable: flag('Go on with the host when it cannot be reached.'),
	any_errors_fatal: flag('When it fails for one host, it has failed for all.'),
	run_once: flag('Do it for the first host only; what comes of it holds for all.'),
	no_log: flag('Show nothing of what it is given and of what it gives.'),
	throttle: {anyOf: [{type: 'integer', minimum: 0}, expression], description: 'How many hosts may do it at once.'},
	timeout: duration('How long a command of it may take, each time it is tried: 30 s. A number is seconds.'),
	become: flag('Do it as another user, with sudo.'),
	become_user: {type: 'string', minLength: 1, description: 'Who does it, with become. Else root.'},
	connection: {enum: ['ssh', 'local'], description: 'How its hosts are reached, where their variables do not say.'},
	become_method: {enum: ['sudo'], description: 'How it becomes another user.'},
} as const;

/** What a block and a task may say. */
const inTasks = {
	...everywhere,
	when: conditions('Do it only when this is true; a list of conditions must be true altogether.'),
	notify: texts('Handlers to run, by name or by topic, when it has changed something.'),
	delegate_to: {type: 'string', minLength: 1, description: 'Let another host of the inventory do it, for this one.'},
} as const;

const loops = {
	loop: {
		anyOf: [{type: 'array'}, {type: 'string', pattern: '\\{[{%#]'}],
		description:
			'Do it once for each item of a list, or of an expression that gives one. The item is the variable `item`.',
	},
	loop_control: {
		type: 'object',
		additionalProperties: false,
		description: 'How the loop runs.',
		properties: {
			loop_var: variableName('The item’s variable, instead of `item`.'),
			label: {type: 'string', description: 'What an item is called in the output: "{{ item.name }}".'},
			index_var: variableName('A variable for the item’s number, from 0.'),
			pause: duration('How long to wait between two items: 2 s. A number is seconds.'),
			extended: {type: 'boolean', description: 'Let `ansible_loop` tell where in the loop an item is.'},
			break_when: conditions('End the loop after an item for which this is true.'),
		},
	},
} as const;

/** The keywords of a task. Every other key of a task names its step. */
export const taskKeywords = {
	...inTasks,
	...loops,
	register: variableName('Keep the result in this variable of the host.'),
	retries: {
		anyOf: [{type: 'integer', minimum: 1}, expression],
		description: 'Try so often in all, until it succeeds or `until` is true.',
	},
	delay: durationOrExpression('How long to wait between two tries: 10 s. The default is 5 s; a number is seconds.'),
	until: conditions('Try again, as `retries` and `delay` say, until this is true. It may use the registered variable.'),
	changed_when: conditions('Whether it has changed something, in place of the step’s own word.'),
	failed_when: conditions('Whether it has failed, in place of the step’s own word.'),
	undo: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description: 'The command that takes a command or shell back: a text, or a list of arguments.',
	},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keyword of a handler beside those of a task. */
export const handlerKeywords = {
	...taskKeywords,
	listen: texts('Topics that it is notified by, beside its name.'),
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of a block. */
export const blockKeywords = {
	...inTasks,
	block: {type: 'array', description: 'Tasks that belong together: what is said of the block holds for each.'},
	rescue: {type: 'array', description: 'What is done when a task of the block has failed.'},
	always: {type: 'array', description: 'What is done after the block, however it ended.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;

const fileOr = (properties: Readonly<Record<string, JSONSchema>>, description: string) =>
	({
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'object', additionalProperties: false, required: ['file'], properties},
		],
		description,
	}) as const;

const file = {type: 'string', minLength: 1, description: 'The file, beside the one that names it.'} as const;

/** What a task may name in place of a step: what the run itself does. */
export const controls = {
	import_tasks: fileOr({file}, 'The tasks of another file, in place of this one, read before the run.'),
	include_tasks: fileOr(
		{
			file,
			apply: {
				type: 'object',
				additionalProperties: false,
				properties: inTasks,
				description: 'Keywords for all the tasks of the file, as a block around them would say them.',
			},
		},
		'The tasks of another file, chosen while it runs; may be in a loop.',
	),
	include_vars: fileOr(
		{file, name: variableName('Keep them all in this variable, as a mapping.')},
		'Variables of a file, for this host, from now on.',
	),
	meta: {
		enum: metaActions,
		description:
			'flush_handlers: run now what has been notified. end_host, end_batch, end_play: end it here, without failure. clear_host_errors: let failed hosts take part in the plays that follow.',
	},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords that go with each control. */
export const controlKeywords = {
	import_tasks: inTasks,
	include_tasks: {...inTasks, ...loops},
	include_vars: {...inTasks, ...loops},
	meta: {name, when: inTasks.when, tags: everywhere.tags, vars, any_errors_fatal: everywhere.any_errors_fatal},
} as const satisfies Readonly<Record<keyof typeof controls, Readonly<Record<string, JSONSchema>>>>;

export type ControlKeyword = keyof typeof controls;

const count = {
	anyOf: [{type: 'integer', minimum: 1}, {type: 'string', pattern: '^\\d+%?$'}, expression],
	description: 'A number of hosts, or a part of them: 25%.',
} as const;

/** The keywords of a play. */
export const playKeywords = {
	hosts: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string', minLength: 1}},
		],
		description: 'Which hosts of the inventory: a name, a group, or a pattern such as compute:!kvm1.',
	},
	tasks: {type: 'array', description: 'What is done on each host, in order.'},
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
		description: 'Files of variables; of a list within the list the first that is there.',
	},
	pre_tasks: {type: 'array', description: 'What is done before the tasks, with the handlers that it notifies.'},
	post_tasks: {type: 'array', description: 'What is done after the tasks and the handlers that they notify.'},
	handlers: {type: 'array', description: 'What is done, once, at the end for hosts that have notified it.'},
	force_handlers: {type: 'boolean', description: 'Run what a host has notified also when it fails.'},
	serial: {
		anyOf: [...count.anyOf, {type: 'array', minItems: 1, items: count}],
		description: 'How many hosts go through the play together: a number, a part such as 25%, or a list of them.',
	},
	max_fail_percentage: {
		anyOf: [{type: 'number', minimum: 0, maximum: 100}, expression],
		description: 'When more than this part of the hosts have failed, the play ends.',
	},
	strategy: {
		enum: ['linear', 'free', 'host_pinned'],
		description:
			'linear: each task on all hosts before the next. free: each host by itself. host_pinned: the same, and no more hosts begin than may work at once.',
	},
	order: {
		enum: ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'],
		description: 'In which order the hosts are taken.',
	},
	remote_user: {
		type: 'string',
		minLength: 1,
		description: 'Who logs in on its hosts, where their variables do not say.',
	},
	port: {
		anyOf: [{type: 'integer', minimum: 1, maximum: 65535}, expression],
		description: 'The port of ssh on its hosts, where their variables do not say.',
	},
	gather_facts: {type: 'boolean', description: 'Write false or leave it out: steps read what they need by themselves.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of `import_playbook`. */
export const importKeywords = {
	name,
	vars,
	when: inTasks.when,
	tags: everywhere.tags,
	import_playbook: {type: 'string', minLength: 1, description: 'Another playbook, whose plays stand in this place.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/**
 * Ansible’s keywords that are known and not supported, and those that it has given up: they get a better answer than a
 * misspelt word. Each with what to write in its place.
 */
export const unsupportedKeywords: ReadonlyMap<string, string | undefined> = new Map([
	['action', 'write the step by its name: command: …'],
	['always_run', 'leave it out: a plan says what would be done'],
	['async', 'leave it out: every step tells how far it is while it runs'],
	['become_exe', undefined],
	['become_flags', undefined],
	['check_mode', 'leave it out: vacate plan says what would be done'],
	['collections', 'leave it out: steps are called by their short names'],
	['debugger', 'leave it out: vacate run --step asks before each task'],
	['delegate_facts', undefined],
	['diff', 'leave it out: vacate plan says what would be done'],
	['fact_path', 'leave it out: steps read what they need'],
	['gather_subset', 'leave it out: steps read what they need'],
	['gather_timeout', 'leave it out: steps read what they need'],
	['import_role', 'write import_tasks, and vars_files'],
	['include', 'write import_tasks, or include_tasks for a file that is chosen while it runs'],
	['include_role', 'write include_tasks, and include_vars'],
	['local_action', 'write the step by its name, and delegate_to: localhost'],
	['module_defaults', 'write the parameters at each step'],
	['poll', 'leave it out: every step tells how far it is while it runs'],
	['port', 'write it at the play, or ansible_port in the inventory'],
	['remote_user', 'write it at the play, or ansible_user in the inventory'],
	['roles', 'write import_tasks, and vars_files'],
	['static', 'write import_tasks, or include_tasks'],
	['su', 'write become: true'],
	['su_user', 'write become_user'],
	['sudo', 'write become: true'],
	['sudo_user', 'write become_user'],
	['user', 'write remote_user at the play, or ansible_user in the inventory'],
	['vars_prompt', 'give the variable with -e, or in a file of vars_files'],
]);

/** Names that every host brings along: nothing can be kept under them. */
export const reservedNames: ReadonlySet<string> = new Set([
	'inventory_hostname',
	'inventory_hostname_short',
	'group_names',
	'groups',
	'hostvars',
	'play_hosts',
	'playbook_dir',
	'inventory_dir',
	'inventory_file',
	'ansible_play_name',
	'ansible_play_hosts',
	'ansible_play_hosts_all',
	'ansible_play_batch',
	'ansible_current_hosts',
	'ansible_failed_hosts',
	'ansible_loop',
	'ansible_run_tags',
	'ansible_skip_tags',
	'ansible_check_mode',
	'ansible_diff_mode',
	'ansible_forks',
	'ansible_limit',
	'omit',
]);

/** Names that a `rescue` and an `always` find when a task has failed. */
export const failureNames = ['ansible_failed_task', 'ansible_failed_result'] as const;
