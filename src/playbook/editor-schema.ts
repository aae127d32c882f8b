import type {Step} from '../steps/step.ts';
import type {Schema} from './choices.ts';
import {withExamples} from './keyword-docs.ts';
import {
	blockKeywords,
	type ControlKeyword,
	controls,
	handlerKeywords,
	importKeywords,
	playKeywords,
} from './keywords.ts';
import {controlSchema, importSchema, playSchema, writtenParams} from './schema.ts';

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
