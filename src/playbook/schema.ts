import type {Step} from '../steps/step.ts';
import {expression, type Schema} from './choices.ts';
import {conditions as conditionsSchema} from './keyword-values.ts';
import {
	blockKeywords,
	type ControlKeyword,
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
	const written = step.setsVariables === true ? acceptNames(step.params as Schema) : (step.params as Schema);
	const params = acceptConditions(acceptExpressions(written), step.conditions);
	if (step.short === undefined) return params;
	const whole = (step.params as {properties: Record<string, Schema>}).properties[step.short];
	return {anyOf: [params, whole === undefined ? {} : shortForm(acceptExpressions(whole))]};
}

/** The value of a short form. A mapping is the parameters, not a value of one of them. */
function shortForm(value: Schema): Schema {
	const isOpen = value.type === undefined && value.anyOf === undefined && value.enum === undefined;
	return isOpen ? {...value, type: ['string', 'number', 'boolean', 'array', 'null']} : value;
}

/** Allows an expression in place of the name of a variable. */
function acceptNames(params: Schema): Schema {
	return {...params, propertyNames: {anyOf: [params.propertyNames, {pattern: expression.pattern}]}};
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
