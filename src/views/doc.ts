import type {Step} from '../steps/step.ts';
import {tableText} from './columns.ts';

type ParamSchema = {
	readonly type?: string | readonly string[];
	readonly enum?: readonly unknown[];
	readonly anyOf?: readonly ParamSchema[];
	readonly pattern?: string;
	readonly description?: string;
	readonly items?: ParamSchema;
	readonly properties?: Readonly<Record<string, ParamSchema>>;
	readonly required?: readonly string[];
};

/** A keyword and where it may stand. */
type Keyword = {
	readonly name: string;
	readonly places: readonly string[];
	readonly schema: object;
	readonly examples: readonly string[];
};

/** All steps, a line each, then what may stand in place of one, and the keywords. */
export function listText(
	steps: readonly Step[],
	controls: Readonly<Record<string, {readonly description: string}>>,
	keywords: readonly string[],
): string {
	const others = Object.entries(controls).map(([name, {description}]) => [name, `${description.split('. ')[0]}`]);
	const table = tableText([...steps.map(({name, summary}) => [name, summary]), ...others]);
	return `${table}\n\nKeywords: ${keywords.join(', ')}`;
}

/** One step: its parameters with what they mean, whether it can be undone, examples. */
export function stepText(step: Step): string {
	const undone =
		step.kind === 'composite'
			? 'Each of its parts succeeds or fails by itself, and what fails is taken back.'
			: 'undo' in step
				? 'It can be undone.'
				: `It cannot be undone: ${step.irreversible}.`;
	return [
		`${step.name}: ${step.summary}`,
		undone,
		`Parameters:\n${paramLines(step.params as ParamSchema, '  ').join('\n') || '  none'}`,
		examplesText(step.examples),
	].join('\n\n');
}

/** What stands in place of a step. */
export function controlText(name: string, schema: object): string {
	const {description = ''} = schema as ParamSchema;
	const params = ((schema as ParamSchema).anyOf ?? []).flatMap(branch => paramLines(branch, '  '));
	return [`${name}: ${description}`, ...(params.length === 0 ? [] : [`Parameters:\n${params.join('\n')}`])].join(
		'\n\n',
	);
}

/** One keyword: what it does, what it takes, where it may stand. */
export function keywordText({name, places, schema, examples}: Keyword): string {
	const {description = ''} = schema as ParamSchema;
	const params = paramLines(schema as ParamSchema, '  ');
	return [
		`${name}: ${description}`,
		`It takes: ${kindOf(schema as ParamSchema)}\nIt may stand in: ${places.join(', ')}`,
		...(params.length === 0 ? [] : [`Its keys:\n${params.join('\n')}`]),
		examplesText(examples),
	].join('\n\n');
}

function examplesText(examples: readonly string[]): string {
	return `Examples:\n${examples.map(example => `  - ${example}`).join('\n')}`;
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
	null: 'nothing',
};

function kindOf({type, enum: values, anyOf, pattern}: ParamSchema): string {
	if (values !== undefined) return values.join(' or ');
	if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(', or ');
	if (pattern?.startsWith('\\{[{')) return 'expression';
	const types = [type ?? []].flat();
	return types.length === 0 ? 'any value' : types.map(one => kinds[one] ?? one).join(' or ');
}
