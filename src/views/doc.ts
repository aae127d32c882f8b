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

/** A keyword and the objects that accept it. */
type Keyword = {
	readonly name: string;
	readonly places: readonly string[];
	readonly schema: object;
	readonly examples: readonly string[];
};

/** All steps, one per line, then the control tasks such as `block`, then the keywords. */
export function listText(
	steps: readonly Step[],
	controls: Readonly<Record<string, {readonly description: string}>>,
	keywords: readonly string[],
): string {
	const others = Object.entries(controls).map(([name, {description}]) => [name, `${description.split('. ')[0]}`]);
	const table = tableText([...steps.map(({name, summary}) => [name, summary]), ...others]);
	return `${table}\n\nKeywords: ${keywords.join(', ')}`;
}

/** One step: its parameters and their meaning, whether it can be undone, and examples. */
export function stepText(step: Step): string {
	const undone =
		step.kind === 'composite'
			? 'Each of its parts succeeds or fails on its own; a part that fails is rolled back.'
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

/** A task that controls others in place of running a step. */
export function controlText(name: string, schema: object): string {
	const {description = ''} = schema as ParamSchema;
	const params = ((schema as ParamSchema).anyOf ?? []).flatMap(branch => paramLines(branch, '  '));
	return [`${name}: ${description}`, ...(params.length === 0 ? [] : [`Parameters:\n${params.join('\n')}`])].join(
		'\n\n',
	);
}

/** One keyword: its meaning, its type, and the objects that accept it. */
export function keywordText({name, places, schema, examples}: Keyword): string {
	const {description = ''} = schema as ParamSchema;
	const params = paramLines(schema as ParamSchema, '  ');
	return [
		`${name}: ${description}`,
		`Type: ${kindOf(schema as ParamSchema)}\nAllowed in: ${places.join(', ')}`,
		...(params.length === 0 ? [] : [`Keys:\n${params.join('\n')}`]),
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
	string: 'string',
	integer: 'integer',
	number: 'number',
	boolean: 'boolean',
	array: 'list',
	object: 'mapping',
	null: 'null',
};

function kindOf(schema: ParamSchema): string {
	const all = [...new Set(kindsOf(schema))];
	const last = all.at(-1) ?? 'any value';
	return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`;
}

function kindsOf({type, enum: values, anyOf, pattern}: ParamSchema): readonly string[] {
	if (values !== undefined) return values.map(String);
	if (anyOf !== undefined) return anyOf.flatMap(kindsOf);
	if (pattern?.startsWith('\\{[{')) return ['expression'];
	return [type ?? []].flat().map(one => kinds[one] ?? one);
}
