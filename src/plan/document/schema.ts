import type {Schema} from '../../playbook/schema.ts';
import {planVersion} from './model.ts';

const text = {type: 'string'} as const;
const number = {type: 'number', minimum: 0} as const;
const texts = {type: 'array', items: text} as const;
const list = (items: Schema) => ({type: 'array', items});
const digest = {type: 'string', pattern: '^sha256:[0-9a-f]{64}$'} as const;

/** A mapping with these keys and no others; those whose name ends in `?` may be missing. */
function mapping(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
	const names = Object.keys(properties);
	return {
		type: 'object',
		additionalProperties: false,
		required: names.filter(name => !name.endsWith('?')),
		properties: Object.fromEntries(names.map(name => [name.replace(/\?$/, ''), properties[name]])),
		...(description === undefined ? {} : {description}),
	};
}

const there = mapping({memory_kib: number, guests: texts});
const rejected = list(mapping({host: text, reason: text}));
const left = {guest: text, reason: text, remedy: text, fails: {type: 'boolean'}, 'rejected?': rejected};

const timeout = {phase: {enum: ['disks', 'memory']}, cause: {enum: ['deadline', 'stall']}};
const timeoutAction = {enum: ['abort', 'suspend', 'postcopy']};

const action = mapping({
	id: {...text, description: 'Play, task and host; for a guest of many also the guest.'},
	'skip?': {...text, minLength: 1, description: 'A reason to leave it out. Then seal the plan again: vacate seal.'},
	task: text,
	host: text,
	step: text,
	title: text,
	'guest?': text,
	'uuid?': text,
	'to?': text,
	'reads?': {const: true, description: 'It only looks.'},
	'expected?': mapping({
		starts_after_seconds: number,
		seconds: number,
		bytes: number,
		pause_ms: number,
		'waits_for?': text,
		'endless?': {type: 'boolean'},
		'timeout?': mapping(
			{...timeout, after_seconds: number, action: timeoutAction},
			'It is expected not to end in the time that the playbook gives it, and what is done then.',
		),
	}),
	commands: {...list(mapping({on: text, run: text})), description: 'What is run, word by word, in this order.'},
	undo: {
		description: 'What happens to it when something later fails.',
		anyOf: [{enum: ['undone', 'settles']}, mapping({irreversible: text})],
	},
	'warnings?': {...texts, description: 'What a reviewer should know before it is done.'},
	action: {description: 'The action itself. It is compared with what the hosts say before it is done.'},
});

/** A plan as one JSON Schema. */
export const planSchema: Schema = {
	...mapping({
		vacate_plan: {const: planVersion, description: 'The version of the format.'},
		made_by: text,
		made_from: mapping({
			playbook: text,
			inventories: texts,
			extra_vars: texts,
			'limit?': text,
			'tags?': texts,
			'skip_tags?': texts,
			'start_at_task?': text,
			digests: mapping({playbook: digest, inventory: digest, variables: digest, facts: digest}),
		}),
		expected: mapping({
			guests: number,
			bytes: number,
			seconds: number,
			longest_pause_ms: number,
			assuming: text,
			'window?': mapping({seconds: number, leave_out: texts}),
		}),
		hosts: list(mapping({host: text, 'memory_kib?': number, before: there, after: there})),
		guests: list(
			mapping({
				guest: text,
				uuid: text,
				host: text,
				state: text,
				memory_kib: number,
				'vcpus?': number,
				'machine?': text,
				'disks?': list(
					mapping({target: text, 'path?': text, format: text, 'size_bytes?': number, 'data_bytes?': number}),
				),
			}),
		),
		tasks: list(mapping({task: text, step: text, play: text, name: text})),
		actions: list(action),
		choices: list(
			mapping({
				id: text,
				step: text,
				limits: {type: 'object', additionalProperties: number},
				parts: list(
					mapping({
						id: text,
						step: text,
						guest: text,
						to: text,
						claims: texts,
						'weight?': number,
						'on?': text,
						'expected?': mapping({
							startMs: number,
							durationMs: number,
							bytes: number,
							pauseMs: number,
							'waitsFor?': text,
							'endless?': {type: 'boolean'},
							'timeout?': mapping({...timeout, afterMs: number, timeoutAction}),
						}),
						'rejected?': rejected,
						params: {},
					}),
				),
				left: list(mapping(left)),
				warnings: list(mapping({about: text, text, remedy: text})),
			}),
		),
		left: list(mapping({...left, host: text})),
		nothing_to_do: list(mapping({id: text, host: text, title: text, reason: text})),
		decided_at_run_time: list(mapping({task: text, name: text, reason: text})),
		problems: list(mapping({id: text, host: text, title: text, message: text, remedies: texts})),
		seal: {...digest, description: 'The digest of all above. vacate seal renews it.'},
	}),
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate plan',
};
