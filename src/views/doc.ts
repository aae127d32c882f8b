import type {Step} from '../steps/step.ts';
import {tableText} from './columns.ts';

type ParamSchema = {
	readonly type?: string;
	readonly enum?: readonly string[];
	readonly description?: string;
	readonly items?: ParamSchema;
	readonly properties?: Readonly<Record<string, ParamSchema>>;
	readonly required?: readonly string[];
};

/** All steps, a line each, and then what may stand in place of one. */
export function stepListText(
	steps: readonly Step[],
	controls: Readonly<Record<string, {readonly description: string}>> = {},
): string {
	const others = Object.entries(controls).map(([name, {description}]) => [name, `${description.split('. ')[0]}`]);
	return tableText([...steps.map(({name, summary}) => [name, summary]), ...others]);
}

/** One step: its parameters with what they mean, whether it can be undone, examples. */
export function stepText(step: Step): string {
	const params = step.params as ParamSchema;
	const undone =
		step.kind === 'composite'
			? 'Each of its parts succeeds or fails by itself, and what fails is taken back.'
			: 'undo' in step
				? 'It can be undone.'
				: `It cannot be undone: ${step.irreversible}.`;
	return [
		`${step.name}: ${step.summary}`,
		undone,
		`Parameters:\n${paramLines(params, '  ').join('\n') || '  none'}`,
		`Examples:\n${step.examples.map(example => `  - ${example}`).join('\n')}`,
	].join('\n\n');
}

function paramLines({properties = {}, required = []}: ParamSchema, indent: string): readonly string[] {
	return Object.entries(properties).flatMap(([name, schema]) => [
		`${indent}${name} (${kindOf(schema)}${required.includes(name) ? ', required' : ''})`,
		...(schema.description === undefined ? [] : [`${indent}    ${schema.description}`]),
		...paramLines(schema, `${indent}    `),
	]);
}

const kinds: Readonly<Record<string, string>> = {
	string: 'text',
	integer: 'whole number',
	number: 'number',
	boolean: 'true or false',
	array: 'list',
	object: 'mapping',
};

function kindOf({type, enum: values}: ParamSchema): string {
	if (values !== undefined) return values.join(' or ');
	return kinds[type ?? ''] ?? 'any value';
}
