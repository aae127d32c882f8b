import type {Step} from '../steps/step.ts';
import {expression, type Schema} from './choices.ts';
import {withExamples} from './keyword-docs.ts';
import {
	blockKeywords,
	type ControlKeyword,
	conditions as conditionsSchema,
	controlKeywords,
	controls,
	handlerKeywords,
	importKeywords,
	playKeywords,
	taskKeywords,
} from './keywords.ts';

export type {Schema};

/** A play. Its tasks are validated separately, one by one. */
export const playSchema: Schema = {
	type: 'object',
	additionalProperties: false,
	required: ['hosts'],
	properties: playKeywords,
};

/** A task without its step. */
export const taskSchema: Schema = {type: 'object', properties: taskKeywords};

/** A handler without its step. */
export const handlerSchema: Schema = {type: 'object', properties: handlerKeywords};

/** A block. Its tasks are validated separately. */
export const blockSchema: Schema = {type: 'object', properties: blockKeywords};

/** Another playbook in place of a play. */
export const importSchema: Schema = {type: 'object', additionalProperties: false, properties: importKeywords};

/** A control: an item of a task list that the run itself executes. */
export function controlSchema(control: ControlKeyword): Schema {
	return {type: 'object', properties: {...controlKeywords[control], [control]: controls[control]}};
}

/** The parameters of a step as written: each may be an expression, and all of them a string if the step has a short form. */
export function writtenParams(step: Step): Schema {
	const known = written.get(step) ?? writtenParamsOf(step);
	written.set(step, known);
	return known;
}

const written = new WeakMap<Step, Schema>();

function writtenParamsOf(step: Step): Schema {
	const params = acceptConditions(acceptExpressions(step.params as Schema), step.conditions);
	if (step.short === undefined) return params;
	const whole = (step.params as {properties: Record<string, Schema>}).properties[step.short];
	return {anyOf: [params, whole === undefined ? {} : acceptExpressions(whole)]};
}

/** Conditions are strings, like those of `when`. */
function acceptConditions(params: Schema, name: string | undefined): Schema {
	if (name === undefined) return params;
	const [inner] = params.anyOf as [Schema];
	const {description} = (inner.properties as Record<string, Schema>)[name] ?? {};
	const own = conditionsSchema(String(description));
	return {...params, anyOf: [{...inner, properties: {...(inner.properties as object), [name]: own}}, expression]};
}

/** Allows an expression in place of every value that is not a string. */
export function acceptExpressions(schema: Schema): Schema {
	const {description, ...bare} = schema;
	const inner = acceptInside(bare);
	const described = description === undefined ? {} : {description};
	if (acceptsAnyText(bare)) return {...inner, ...described};
	return {anyOf: [inner, expression], ...described};
}

/** Allows an expression in place of every value inside. */
function acceptInside(schema: Schema): Schema {
	const {properties, items, additionalProperties: others, anyOf} = schema;
	return {
		...schema,
		...(isRecord(properties) ? {properties: acceptProperties(properties)} : {}),
		...(isRecord(items) ? {items: acceptExpressions(items)} : {}),
		...(isRecord(others) ? {additionalProperties: acceptExpressions(others)} : {}),
		// A mapping beside another kind of value, as of a window by the clock beside a duration.
		...(Array.isArray(anyOf)
			? {anyOf: anyOf.map(branch => (isRecord(branch) && isRecord(branch.properties) ? acceptInside(branch) : branch))}
			: {}),
	};
}

function acceptProperties(properties: Readonly<Record<string, unknown>>): Schema {
	return Object.fromEntries(
		Object.entries(properties).map(([name, schema]) => [name, acceptExpressions(schema as Schema)]),
	);
}

function acceptsAnyText(schema: Schema): boolean {
	if (Array.isArray(schema.anyOf)) return schema.anyOf.some(branch => acceptsAnyText(branch as Schema));
	if (schema.type === undefined) return schema.enum === undefined && schema.const === undefined;
	return schema.type === 'string' && schema.pattern === undefined && schema.enum === undefined;
}

function isRecord(value: unknown): value is Schema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schemas that are compiled at build time, by their export names in `validators.js`. */
export function validatorSchemas(steps: ReadonlyMap<string, Step>): Readonly<Record<string, Schema>> {
	const ofSteps = [...steps.values()].flatMap(step => [
		[`written_${step.name}`, writtenParams(step)],
		[`resolved_${step.name}`, step.params as Schema],
	]);
	const ofControls = (Object.keys(controls) as ControlKeyword[]).map(name => [`control_${name}`, controlSchema(name)]);
	return {
		play: playSchema,
		task: taskSchema,
		handler: handlerSchema,
		block: blockSchema,
		imported: importSchema,
		...Object.fromEntries([...ofControls, ...ofSteps]),
	};
}

/** The JSON Schema of playbooks, for editors. */
export function playbookSchema(steps: ReadonlyMap<string, Step>): Schema {
	const stepProperties = [...steps.values()].map(step => [
		step.name,
		{...writtenParams(step), description: step.summary, examples: step.examples},
	]);
	const task = {
		type: 'object',
		additionalProperties: false,
		properties: {...withExamples(handlerKeywords), ...Object.fromEntries(stepProperties)},
		oneOf: [...steps.keys()].map(name => ({required: [name]})),
	};
	const list = {items: {$ref: '#/$defs/node'}};
	const listed = (keywords: Readonly<Record<string, Schema>>, names: readonly string[]) => ({
		...withExamples(keywords),
		...Object.fromEntries(names.map(name => [name, {...withExamples(keywords)[name], ...list}])),
	});
	const ofControls = (Object.keys(controls) as ControlKeyword[]).map(name => [
		name,
		{...controlSchema(name), additionalProperties: false, required: [name]},
	]);
	const block = {
		type: 'object',
		additionalProperties: false,
		required: ['block'],
		properties: listed(blockKeywords, ['block', 'rescue', 'always']),
	};
	const play = {...playSchema, properties: listed(playKeywords, ['pre_tasks', 'tasks', 'post_tasks', 'handlers'])};
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'vacate playbook',
		type: 'array',
		items: {
			if: {type: 'object', required: ['import_playbook']},
			// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
			then: {...importSchema, properties: withExamples(importKeywords)},
			else: play,
		},
		$defs: {
			node: {
				type: 'object',
				if: {required: ['block']},
				// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
				then: {$ref: '#/$defs/block'},
				else: {
					anyOf: [{$ref: '#/$defs/task'}, ...ofControls.map(([name]) => ({$ref: `#/$defs/${name}`}))],
				},
			},
			task,
			block,
			...Object.fromEntries(ofControls),
		},
	};
}

const textVariable = (description: string, ...examples: readonly string[]): Schema => ({
	type: 'string',
	description,
	examples,
});

/** Variables with a meaning for vacate. A value may also be an expression, or encrypted. */
const knownVariables: Readonly<Record<string, Schema>> = {
	ansible_host: textVariable('The address to connect to (default: the name of the host).', '192.0.2.14'),
	ansible_port: {type: ['integer', 'string'], description: 'The SSH port (default: 22).', examples: [2222]},
	ansible_user: textVariable('The login user (default: the user that runs vacate).', 'root'),
	ansible_ssh_private_key_file: textVariable(
		'The private key for login (default: the default keys of SSH, and the agent).',
		'~/.ssh/kvm',
	),
	ansible_password: textVariable('The login password. Prefer a key or --ask-pass.'),
	ansible_ssh_common_args: textVariable('Options for ssh: -o, -i, -p, -l, -J, -F.', '-J jump.example.org'),
	ansible_ssh_extra_args: textVariable('Additional options for ssh.', '-o ServerAliveInterval=10'),
	ansible_become: {type: ['boolean', 'string'], description: 'Run commands with sudo.', examples: [true]},
	ansible_become_user: textVariable('The user to become, with ansible_become (default: root).', 'root'),
	ansible_become_password: textVariable('The sudo password. Prefer --ask-become-pass.'),
	ansible_connection: {
		type: 'string',
		description: 'How to connect: ssh; openssh for the OpenSSH client; local for this machine.',
		examples: ['ssh', 'openssh', 'local'],
	},
	ansible_group_priority: {
		type: ['integer', 'string'],
		description: 'Of groups at the same depth, the one with the higher number wins. Only an inventory can set it.',
		examples: [10],
	},
	migration_host: textVariable(
		'The name or address of this host for migrations from other hosts (default: ansible_host, or the name of the host).',
		'198.51.100.14',
	),
	migration_listen: textVariable(
		'The address on which this host listens for migrations and copied files (default: all addresses).',
		'10.10.0.14',
	),
	migration_disks_port: {
		type: ['integer', 'string'],
		pattern: '^[0-9]+$',
		minimum: 1,
		maximum: 65535,
		description:
			'The only port on which this host receives disks, so that one guest at a time moves here (default: free ports, chosen by libvirt).',
		examples: [49216],
	},
	migration_speed: textVariable(
		'The speed of the link for migrations (default: the link speed reported by the NIC).',
		'1250 MiB/s',
	),
	migration_ssh_port: {
		type: ['integer', 'string'],
		pattern: '^[0-9]+$',
		minimum: 1,
		maximum: 65535,
		description:
			'The SSH port of this host as the other hosts reach it for a migration (default: ansible_port, or else 22).',
		examples: [22],
	},
	zone: textVariable('The failure zone of the host. Rules may keep guests in different zones.', 'room-a'),
	migration_user: textVariable(
		'The user that a source host logs in as on this host for a migration (default: root).',
		'root',
	),
};

/** The JSON Schema of inventories in YAML, for editors. */
export const inventorySchema: Schema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate inventory',
	type: 'object',
	additionalProperties: {$ref: '#/$defs/group'},
	$defs: {
		group: {
			type: ['object', 'null'],
			additionalProperties: false,
			properties: {
				hosts: {
					type: ['object', 'string', 'null'],
					description: 'Hosts, by name or by a range such as node[01:50], each with its variables.',
					additionalProperties: {$ref: '#/$defs/vars'},
				},
				vars: {$ref: '#/$defs/vars', description: 'Variables for all hosts of the group.'},
				children: {
					type: ['object', 'string', 'null'],
					description: 'Child groups of this group.',
					additionalProperties: {$ref: '#/$defs/group'},
				},
			},
		},
		vars: {type: ['object', 'null'], properties: knownVariables},
	},
};

/** The JSON Schema of files with variables, such as those in group_vars, for editors. */
export const varsSchema: Schema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate variables',
	type: ['object', 'null'],
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	properties: knownVariables,
};
