import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {isMapping} from '../template/value.ts';
import {expectationOf} from '../units/units.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Place} from './model.ts';
import type {Schema} from './schema.ts';
import validators, {type SchemaError} from './validators.js';

/** Checks data against the schema of a compiled validator; the mistakes, in the order of the file's parts. */
export function schemaProblems(
	validator: string,
	schema: Schema,
	data: unknown,
	place: Place,
	pointer = '',
): readonly Problem[] {
	const validate = validators[validator];
	if (validate === undefined) throw new Error(`no validator ${validator}: run npm run build`);
	if (validate(data)) return [];
	return mostTelling(validate.errors ?? []).map(error => {
		const {message, hint, atKey} = explain(error, schema, valueAt(data, error.instancePath));
		const path = pointer + error.instancePath + (atKey === undefined ? '' : pointerPart(atKey));
		return atKey === undefined ? place.problem(message, path, hint) : place.problemAtKey(message, path, hint);
	});
}

/** A value that may be one of several things fails all of them; only what is said of the thing meant is worth telling. */
function mostTelling(errors: readonly SchemaError[]): readonly SchemaError[] {
	const own = errors.filter(({keyword, schemaPath}) => keyword !== 'anyOf' && !isTemplateBranch(schemaPath, errors));
	const deepest = own.filter(
		error => !own.some(other => other !== error && sameChoice(error, other) && depth(other) > depth(error)),
	);
	const seen = new Set<string>();
	return deepest.filter(({instancePath, keyword, params}) => {
		const key = `${instancePath} ${keyword === 'additionalProperties' ? params.additionalProperty : ''}`;
		const first = !seen.has(key);
		seen.add(key);
		return first;
	});
}

function isTemplateBranch(path: string, errors: readonly SchemaError[]): boolean {
	return (
		/\/anyOf\/1\/(pattern|type)$/.test(path) &&
		errors.some(error => error.schemaPath.startsWith(path.replace(/1\/\w+$/, '0/')))
	);
}

function sameChoice(a: SchemaError, b: SchemaError): boolean {
	const choice = (error: SchemaError) => error.schemaPath.replace(/\/anyOf\/\d+.*$/, '');
	return a.schemaPath.includes('/anyOf/') && choice(a) === choice(b) && b.instancePath.startsWith(a.instancePath);
}

function depth({instancePath}: SchemaError): number {
	return instancePath.split('/').length;
}

type Explanation = {readonly message: string; readonly hint?: string | undefined; readonly atKey?: string};

function explain({keyword, params, schemaPath}: SchemaError, schema: Schema, value: unknown): Explanation {
	switch (keyword) {
		case 'additionalProperties': {
			const key = String(params.additionalProperty);
			const known = Object.keys((parentSchema(schema, schemaPath)?.properties as object | undefined) ?? {});
			return {message: `unknown key '${key}'`, hint: nearest(key, known) ?? `known: ${known.join(', ')}`, atKey: key};
		}
		case 'required':
			return {message: `'${params.missingProperty}' is missing`};
		case 'type':
			return {
				message: `this must be ${typeName(params.type)}, not ${shown(value)}`,
				hint: booleanHint(params.type, value),
			};
		case 'enum': {
			const allowed = (params.allowedValues as readonly unknown[]).map(String);
			return {message: `${shown(value)} is none of: ${allowed.join(', ')}`, hint: nearest(String(value), allowed)};
		}
		case 'pattern': {
			const expectation = expectationOf(String(params.pattern)) ?? 'a name of letters, digits and _';
			return {message: `${shown(value)} is not ${expectation.split(' such as ')[0]}`, hint: `write ${expectation}`};
		}
		case 'minimum':
			return {message: `this must be at least ${params.limit}`};
		case 'maximum':
			return {message: `this must be at most ${params.limit}`};
		case 'minItems':
			return {message: 'the list must not be empty'};
		case 'minLength':
			return {message: 'the text must not be empty'};
		default:
			return {message: `this breaks the rule '${keyword}'`};
	}
}

const typeNames: Readonly<Record<string, string>> = {
	object: 'a mapping',
	array: 'a list',
	string: 'a text',
	integer: 'a whole number',
	number: 'a number',
	boolean: 'true or false',
	null: 'empty',
};

function typeName(type: unknown): string {
	const types = Array.isArray(type) ? type : [type];
	return types.map(name => typeNames[String(name)] ?? String(name)).join(' or ');
}

function shown(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (value === null || value === undefined) return 'empty';
	return JSON.stringify(value);
}

/** YAML 1.2 has two booleans; older files have more. */
function booleanHint(type: unknown, value: unknown): string | undefined {
	if (type !== 'boolean' || typeof value !== 'string') return undefined;
	if (/^(yes|on|y)$/i.test(value)) return 'write true';
	return /^(no|off|n)$/i.test(value) ? 'write false' : undefined;
}

function parentSchema(schema: Schema, schemaPath: string): Schema | undefined {
	const parts = schemaPath
		.replace(/^#\//, '')
		.split('/')
		.slice(0, -1)
		.filter(part => part !== '');
	return parts.reduce<unknown>(
		(node, part) =>
			(node as Record<string, unknown> | undefined)?.[
				decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
			],
		schema,
	) as Schema | undefined;
}

function valueAt(data: unknown, pointer: string): unknown {
	return pointer
		.split('/')
		.slice(1)
		.reduce<unknown>(
			(node, part) => (node as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')],
			data,
		);
}
