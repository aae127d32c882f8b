import type {Problem} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {nearest, nearestName} from '../spelling/nearest.ts';
import {isMapping, Verbatim} from '../template/value.ts';
import {expectationOf} from '../units/units.ts';
import {pointerPart, pointerParts} from '../yaml/pointer.ts';
import {type Schema, schemaAt, settleChoices} from './choices.ts';
import type {SourceRange} from './model.ts';
import validators, {type SchemaError} from './validators.js';

/** Validates data with a compiled validator. Returns the errors in the order of the data. */
export function schemaProblems(
	validator: string,
	schema: Schema,
	data: unknown,
	place: SourceRange,
	pointer = '',
): readonly Problem[] {
	const validate = validators[validator];
	if (validate === undefined) throw new Error(`no validator ${validator}: run npm run build`);
	if (validate(withoutTags(data))) return [];
	const errors = settleChoices(validate.errors ?? [], schema);
	return errors
		.filter(error => !isMisspelt(error, errors, schema) && !error.schemaPath.includes('/propertyNames/'))
		.map(error => {
			const {message, hint, atKey} = explain(error, schema, valueAt(data, error.instancePath));
			const path = pointer + error.instancePath;
			if (atKey === undefined) return place.problem(message, path, hint);
			return place.problemAtKey(message, path + pointerPart(atKey), hint);
		});
}

/** The data with strings in place of encrypted and unsafe values. A resolved secret is none: see `explainType`. */
function withoutTags(data: unknown): unknown {
	if (data instanceof Verbatim) return String(data);
	if (Array.isArray(data)) return data.map(withoutTags);
	if (!isMapping(data)) return data;
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withoutTags(value)]));
}

/** Whether the missing key is present but misspelt, which is reported already. */
function isMisspelt(
	{keyword, params, instancePath}: SchemaError,
	errors: readonly SchemaError[],
	schema: Schema,
): boolean {
	if (keyword !== 'required') return false;
	return errors.some(other => {
		if (other.keyword !== 'additionalProperties' || other.instancePath !== instancePath) return false;
		return nearestName(String(other.params.additionalProperty), knownKeys(other, schema)) === params.missingProperty;
	});
}

type Explanation = {readonly message: string; readonly hint?: string | undefined; readonly atKey?: string};

function explain(error: SchemaError, schema: Schema, value: unknown): Explanation {
	const {keyword, params} = error;
	switch (keyword) {
		case 'additionalProperties': {
			const key = String(params.additionalProperty);
			const known = knownKeys(error, schema);
			const all = known.length === 0 ? 'no keys are allowed here' : `known: ${known.join(', ')}`;
			return {message: `unknown key '${key}'`, hint: nearest(key, known) ?? all, atKey: key};
		}
		case 'required':
			return {message: `'${params.missingProperty}' is missing`};
		case 'type':
			return explainType(error, schema, value);
		case 'enum': {
			const allowed = (params.allowedValues as readonly unknown[]).map(String);
			return {
				message: `unknown value ${shown(value)}, expected one of: ${allowed.join(', ')}`,
				hint: nearest(String(value), allowed),
			};
		}
		case 'pattern':
			return explainPattern(String(params.pattern), value, descriptionOf(error, schema));
		case 'propertyNames':
			return {...explainPattern('', params.propertyName), atKey: String(params.propertyName)};
		case 'minimum':
			return {message: `must be at least ${params.limit}`};
		case 'maximum':
			return {message: `must be at most ${params.limit}`};
		case 'minItems':
			return {message: 'the list must not be empty'};
		case 'minLength':
			return {message: 'the string must not be empty'};
		default:
			return {message: `violates the schema rule '${keyword}'`};
	}
}

function explainType(error: SchemaError, schema: Schema, value: unknown): Explanation {
	const parent = parentOf(error, schema);
	if (typeof parent?.pattern === 'string' && expectationOf(parent.pattern) !== undefined) {
		return explainPattern(parent.pattern, value);
	}
	if (value instanceof Secret) {
		return {
			message: 'a secret is not allowed here, because others could see it',
			hint: 'pass it to a command with stdin or environment',
		};
	}
	const types = [error.params.type].flat().map(String);
	const message = `expected ${types.map(type => typeNames[type] ?? type).join(' or ')}, got ${shown(value)}`;
	if (types.includes('object') && typeof value === 'string') {
		const names = Object.keys(isMapping(parent?.properties) ? parent.properties : {});
		return {message, hint: names.length === 0 ? undefined : `write {${names[0]}: …}`};
	}
	return {message, hint: types.flatMap(type => conversionHint(type, value) ?? [])[0]};
}

const nameOfVariable = '^[A-Za-z_][A-Za-z0-9_]*$';

function explainPattern(pattern: string, value: unknown, description?: unknown): Explanation {
	const expectation = expectationOf(pattern);
	if (expectation === undefined && pattern !== '' && pattern !== nameOfVariable) {
		return {
			message: `${shown(value)} is not allowed here`,
			hint: description === undefined ? undefined : String(description),
		};
	}
	if (expectation === undefined)
		return {message: `${shown(value)} is not a valid variable name`, hint: 'use letters, digits and _'};
	return {message: `${shown(value)} is not ${expectation.split(' such as ')[0]}`, hint: `write ${expectation}`};
}

const typeNames: Readonly<Record<string, string>> = {
	object: 'a mapping',
	array: 'a list',
	string: 'a string',
	integer: 'an integer',
	number: 'a number',
	boolean: 'a boolean',
	null: 'null',
};

/** A quoted value is a string, and a single letter no boolean. */
function conversionHint(type: string, value: unknown): string | undefined {
	if (type === 'string' && typeof value === 'number') return `quote it: "${value}"`;
	if (type === 'string' && typeof value === 'boolean') {
		return `quote it: "${value}"; yes, no, on and off without quotes are booleans`;
	}
	if (typeof value !== 'string') return undefined;
	if (type === 'boolean' && /^y$/i.test(value)) return 'write true';
	if (type === 'boolean' && /^n$/i.test(value)) return 'write false';
	if ((type === 'integer' || type === 'number') && /^\d+$/.test(value)) return `write ${value}, without quotes`;
	return value.includes('{{') ? 'expressions are not allowed here' : undefined;
}

function shown(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (value === null || value === undefined) return 'null';
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

function knownKeys(error: SchemaError, schema: Schema): readonly string[] {
	const properties = parentOf(error, schema)?.properties;
	return isMapping(properties) ? Object.keys(properties) : [];
}

/** The part of the schema that contains the failed keyword. */
function parentOf({schemaPath}: SchemaError, schema: Schema): Schema | undefined {
	return schemaAt(schema, schemaPath.slice(0, schemaPath.lastIndexOf('/')));
}

/** The description of the value in the schema: next to the keyword, or next to the enclosing `anyOf`. */
function descriptionOf({schemaPath}: SchemaError, schema: Schema): unknown {
	const own = schemaPath.slice(0, schemaPath.lastIndexOf('/'));
	const around = own.replace(/\/anyOf\/\d+$/, '');
	return schemaAt(schema, own)?.description ?? schemaAt(schema, around)?.description;
}

function valueAt(data: unknown, pointer: string): unknown {
	return pointerParts(pointer).reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], data);
}
