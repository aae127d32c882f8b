import type {JSONSchema} from 'json-schema-to-ts';

/** The version of the format. Other versions are rejected. */
export const planVersion = 2;

const text = {type: 'string'} as const;
const number = {type: 'number', minimum: 0} as const;
const texts = {type: 'array', items: text} as const;
const digest = {type: 'string', pattern: '^sha256:[0-9a-f]{64}$'} as const;

function list<const Items extends JSONSchema>(items: Items) {
	return {type: 'array', items} as const;
}

/** Keys with a trailing `?` are optional. */
type Properties = Readonly<Record<string, JSONSchema>>;
type Required<Given> = {[Key in keyof Given]: Key extends `${string}?` ? never : Key}[keyof Given] & string;
type Named<Given> = {readonly [Key in keyof Given as Key extends `${infer Name}?` ? Name : Key]: Given[Key]};
type Mapping<Given> = {
	readonly type: 'object';
	readonly additionalProperties: false;
	readonly required: readonly Required<Given>[];
	readonly properties: Named<Given>;
};

/** A mapping with exactly these keys. */
function mapping<const Given extends Properties>(properties: Given): Mapping<Given> {
	const names = Object.keys(properties);
	return {
		type: 'object',
		additionalProperties: false,
		required: names.filter(name => !name.endsWith('?')) as Required<Given>[],
		properties: Object.fromEntries(
			names.map(name => [name.replace(/\?$/, ''), properties[name]]),
		) as unknown as Named<Given>,
	};
}

const there = mapping({memory_kib: number, guests: texts});
const rejected = {
	...list(mapping({host: text, reason: text})),
	description: 'Hosts that are not eligible for the guest, with reasons.',
} as const;
const left = {guest: text, reason: text, remedy: text, fails: {type: 'boolean'}, 'rejected?': rejected} as const;

const sources = mapping({
	playbook: text,
	inventories: texts,
	extra_vars: texts,
	'limit?': text,
	'tags?': texts,
	'skip_tags?': texts,
	'start_at_task?': text,
	digests: {
		...mapping({playbook: digest, inventory: digest, variables: digest, facts: digest}),
		description: 'Digests of the playbook files, the resolved inventory, the variables given, and the facts.',
	},
});

const expected = mapping({
	guests: number,
	bytes: number,
	seconds: number,
	longest_pause_ms: number,
	assuming: text,
	'window?': {
		...mapping({seconds: number, leave_out: texts}),
		description: 'The requested time window, and the guests that would exceed it.',
	},
});

const host = mapping({
	host: text,
	'memory_kib?': {...number, description: 'Total memory. Omitted if unknown.'},
	before: there,
	after: there,
});

const guest = mapping({
	guest: text,
	uuid: text,
	host: text,
	state: text,
	'title?': {...text, description: 'The title of the guest in its definition.'},
	'owner?': {...text, description: 'The owner of the guest in its metadata.'},
	'labels?': texts,
	memory_kib: number,
	'vcpus?': number,
	'machine?': text,
	'disks?': list(mapping({target: text, 'path?': text, format: text, 'size_bytes?': number, 'data_bytes?': number})),
});

const timeout = {phase: {enum: ['disks', 'memory']}, cause: {enum: ['deadline', 'stall']}} as const;
const timeoutAction = {enum: ['abort', 'suspend', 'postcopy']} as const;

const action = mapping({
	id: {...text, description: 'Play, task and host; for parts of a composite step also the guest.'},
	'skip?': {
		...text,
		minLength: 1,
		description: 'Reason to skip this action. After editing, seal the plan again: vacate seal.',
	},
	task: text,
	host: text,
	step: text,
	title: text,
	'guest?': text,
	'uuid?': text,
	'to?': text,
	'reads?': {const: true, description: 'The action only reads.'},
	'expected?': mapping({
		starts_after_seconds: number,
		seconds: number,
		bytes: number,
		pause_ms: number,
		'waits_for?': {...text, description: 'The limit that delays the action.'},
		'endless?': {
			type: 'boolean',
			description: 'The guest dirties memory faster than it can be sent, so the move does not converge by itself.',
		},
		'timeout?': {
			...mapping({...timeout, after_seconds: number, action: timeoutAction}),
			description: 'The move is expected to exceed its deadline or to stall; the cause and the resulting action.',
		},
	}),
	commands: {...list(mapping({on: text, run: text})), description: 'The exact commands, in order.'},
	undo: {
		description: 'What happens to the action if a later one fails.',
		anyOf: [{enum: ['undone', 'final']}, mapping({irreversible: text})],
	},
	'warnings?': {...texts, description: 'Warnings for the reviewer.'},
	'images?': {
		...list(mapping({on: text, becomes: {enum: ['kept', 'deleted', 'replaced']} as const, bytes: number})),
		description: 'Images of the guest that stay behind as kept copies, are deleted after the move, or are replaced.',
	},
	action: {
		description:
			'The action itself, in the format of its step. Before it is applied, it is compared with the state of the hosts.',
		$comment: 'any JSON',
	},
});

const part = mapping({
	id: text,
	step: text,
	guest: text,
	uuid: text,
	to: text,
	claims: texts,
	'weight?': number,
	'on?': text,
	'rejected?': rejected,
	params: {$comment: 'any JSON'},
});

const choice = mapping({
	id: text,
	step: text,
	limits: {type: 'object', additionalProperties: number},
	parts: list(part),
	left: list(mapping(left)),
	warnings: list(
		mapping({
			about: text,
			text,
			remedy: text,
			'cannot_return?': {const: true, description: 'The guest could not move back.'},
		}),
	),
});

/**
 * The JSON Schema of a plan file: data without choices, in an order that only the planned actions
 * determine, so that a diff of two files is a review. `model.ts` has its types.
 */
export const planSchema = {
	...mapping({
		vacate_plan: {const: planVersion, description: 'The version of the format.'},
		made_by: text,
		made_from: sources,
		expected,
		hosts: list(host),
		guests: {...list(guest), description: 'Every guest that was examined, as found when the plan was made.'},
		tasks: list(mapping({task: text, step: text, play: text, name: text})),
		actions: {...list(action), description: 'Actions, in their expected start order.'},
		choices: {...list(choice), description: 'Choices made by composite steps such as `evacuate`.'},
		left: list(mapping({...left, host: text})),
		nothing_to_do: {
			...list(mapping({id: text, host: text, title: text, reason: text})),
			description: 'Tasks that are skipped: already as requested, or their condition is false.',
		},
		decided_at_run_time: list(mapping({task: text, name: text, reason: text})),
		problems: {
			...list(mapping({id: text, host: text, title: text, message: text, remedies: texts})),
			description: 'Expected failures. With any of them, the playbook cannot be carried out completely.',
		},
		seal: {...digest, description: 'Digest of everything above. `vacate seal` recomputes it.'},
	}),
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate plan',
} as const;
