import type {JSONSchema} from 'json-schema-to-ts';
import {durationSchema} from '../units/units.ts';

const condition = {
	anyOf: [{type: 'string', minLength: 1}, {type: 'boolean'}],
	description: 'An expression that is true or false, written without {{ }}.',
} as const;

const conditions = (description: string) =>
	({anyOf: [condition.anyOf[0], condition.anyOf[1], {type: 'array', items: condition}], description}) as const;

const variableName = (description: string) =>
	({type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description}) as const;

const name = {type: 'string', description: 'What it is for: shown while it runs.'} as const;
const vars = {
	type: 'object',
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	description: 'Variables. They may use other variables: "{{ … }}".',
} as const;

/** The keywords of a task. Every other key of a task names its step. */
export const taskKeywords = {
	name,
	when: conditions('Do it only when this is true; a list of conditions must be true altogether.'),
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
		},
	},
	register: variableName('Keep the result in this variable of the host.'),
	retries: {type: 'integer', minimum: 1, description: 'Try so often in all, until it succeeds or `until` is true.'},
	delay: {
		anyOf: [{type: 'number', minimum: 0}, durationSchema],
		description: 'How long to wait between two tries: 10 s. The default is 5 s; a number is seconds.',
	},
	until: conditions('Try again, as `retries` and `delay` say, until this is true. It may use the registered variable.'),
	changed_when: conditions('Whether it has changed something, in place of the step’s own word.'),
	failed_when: conditions('Whether it has failed, in place of the step’s own word.'),
	ignore_errors: {type: 'boolean', description: 'Go on with the host when it fails.'},
	delegate_to: {type: 'string', minLength: 1, description: 'Let another host of the inventory do it, for this one.'},
	vars,
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** The keywords of a play. */
export const playKeywords = {
	name,
	hosts: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string', minLength: 1}},
		],
		description: 'Which hosts of the inventory: a name, a group, or a pattern such as compute:!kvm1.',
	},
	vars,
	tasks: {type: 'array', description: 'What is done on each host, in order.'},
} as const satisfies Readonly<Record<string, JSONSchema>>;

/** Ansible’s keywords that are known and not supported: they get a better answer than a misspelt word. */
export const unsupportedKeywords: ReadonlySet<string> = new Set(
	`action any_errors_fatal args async become become_exe become_flags become_method become_user block check_mode
	collections connection debugger delegate_facts diff environment fact_path force_handlers gather_facts gather_subset
	gather_timeout handlers ignore_unreachable import_playbook listen local_action max_fail_percentage module_defaults
	no_log notify order poll port post_tasks pre_tasks remote_user rescue always roles run_once serial strategy tags
	throttle timeout vars_files vars_prompt`.split(/\s+/),
);

/** Names that every host brings along: nothing can be kept under them. */
export const reservedNames: ReadonlySet<string> = new Set([
	'inventory_hostname',
	'group_names',
	'groups',
	'ansible_play_hosts',
	'ansible_loop',
	'omit',
]);
